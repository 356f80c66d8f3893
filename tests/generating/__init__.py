"""Invented campaigns of any size over the real places: the same for the same arguments, and made as they are read."""

from tests.generating.seeds import CAMPAIGNS as CAMPAIGNS
from tests.generating.seeds import generate as generate
from tests.generating.seeds import write as write
