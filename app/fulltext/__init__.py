"""Search across scripts: folding, pinyin, the words of the index, hits and snippets."""
