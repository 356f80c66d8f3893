"""Generated campaigns of any size in the real places. The same arguments give the same documents, made lazily."""

from tests.tools.generating.seeds import CAMPAIGNS as CAMPAIGNS
from tests.tools.generating.seeds import generate as generate
from tests.tools.generating.seeds import write as write
