"""The mutants of a module: its source with one small thing changed, as a careless hand or a wrong merge would."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

_OPERATORS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "is": "is not", "is not": "is", "in": "not in", "not in": "in",
    "and": "or", "or": "and", "+": "-", "-": "+", "*": "//", "/": "*", "//": "*", "%": "//",
    "**": "*", "<<": ">>", ">>": "<<", "&": "|", "|": "&",
}  # fmt: skip
_OPERATOR = re.compile(r"\b(?:is\s+not|not\s+in|is|in|and|or)\b|\*\*|<<|>>|<=|>=|==|!=|//|[-+*/%&|<>]")
_OPENING = re.compile(r"([rbuf]*)(\"\"\"|'''|\"|')", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")

# What they are given means nothing to the program while it runs.
_ANNOTATING = frozenset({"cast", "TypeVar"})
_DOCUMENTING = frozenset({"description", "examples", "frozen"})


@dataclass(frozen=True)
class Mutant:
    """A module's source with one place changed."""

    module: str
    """The module's path from the project's root."""
    start: int
    """Where the change begins, bytes from the beginning of the source."""
    end: int
    line: int
    """The line in which it begins, from 1."""
    was: str
    becomes: str
    function: str
    """The qualified name of the function that it is in; empty outside of any."""
    first_line: int
    """The line of the function's first statement, or that of the change outside of any."""
    last_line: int

    def source(self) -> str:
        """Give the changed source."""
        whole = Path(self.module).read_bytes()
        return (whole[: self.start] + self.becomes.encode() + whole[self.end :]).decode()

    def lines(self) -> tuple[str, str]:
        """Give the lines that are changed, each in one line: as they were and as they are now."""
        whole = Path(self.module).read_bytes()
        first = whole.rfind(b"\n", 0, self.start) + 1
        last = whole.find(b"\n", self.end)
        was = whole[first:last]
        now = whole[first : self.start] + self.becomes.encode() + whole[self.end : last]
        return _in_one_line(was), _in_one_line(now)


def mutants_of(module: str) -> list[Mutant]:
    """List the mutants of a module, in the order of its source."""
    source = Path(module).read_text(encoding="utf-8")
    found = _Finder(module, source)
    found.visit(ast.parse(source))
    return sorted(found.mutants, key=lambda mutant: (mutant.start, mutant.end, mutant.becomes))


def _in_one_line(text: bytes) -> str:
    return " ".join(text.decode().split())


class _Finder(ast.NodeVisitor):
    """Walks through what a program does; annotations, docstrings and assertions are no part of that."""

    def __init__(self, module: str, source: str) -> None:
        self.mutants: list[Mutant] = []
        self._module = module
        self._source = source.encode()
        self._starts = [0]
        for line in self._source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._scopes: list[str] = []
        self._functions: list[tuple[str, int, int]] = []

    # Where a node is in the source.

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        first, last = self._starts[node.lineno - 1], self._starts[node.end_lineno - 1]
        return first + node.col_offset, last + node.end_col_offset

    def _text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()

    def _change(self, start: int, end: int, becomes: str) -> None:
        line = self._source.count(b"\n", 0, start) + 1
        was = self._source[start:end].decode()
        function, first, last = self._functions[-1] if self._functions else ("", line, line)
        self.mutants.append(Mutant(self._module, start, end, line, was, becomes, function, first, last))

    def _replace(self, node: ast.expr | ast.stmt, becomes: str) -> None:
        self._change(*self._span(node), becomes)

    def _change_operator(self, left: ast.expr, right: ast.expr) -> None:
        start, end = self._span(left)[1], self._span(right)[0]
        found = _OPERATOR.search(self._source[start:end].decode())
        assert found is not None
        other = _OPERATORS[" ".join(found.group().split())]
        self._change(start + found.start(), start + found.end(), other)

    # Names of functions and classes; what a function's head says is worked out where the function is made.

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._scopes.append(node.name)
        for part in (*node.decorator_list, *node.body):
            self.visit(part)
        self._scopes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(part)
        self._scopes.append(node.name)
        self._functions.append((".".join(self._scopes), node.body[0].lineno, node.body[-1].end_lineno or 0))
        for statement in node.body:
            self.visit(statement)
        self._functions.pop()
        self._scopes.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - so it is looked for

    def visit_Lambda(self, node: ast.Lambda) -> None:
        name = ".".join((*self._scopes, "<lambda>"))
        self._functions.append((name, node.lineno, node.end_lineno or node.lineno))
        self.visit(node.body)
        self._functions.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        pass

    # Statements.

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        if isinstance(node.value, (ast.Call, ast.Await)) and self._functions:
            self._replace(node, "pass")
        self.visit(node.value)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and self._text(node.value) != "None":
            self._replace(node.value, "None")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self._replace(node, "pass")
        self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> None:
        self._replace(node, "continue")

    def visit_Continue(self, node: ast.Continue) -> None:
        self._replace(node, "break")

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        start, end = self._span(node.target)[1], self._span(node.value)[0]
        operator = self._source[start:end].decode()
        self._change(start, end, " = ")
        other = _OPERATOR.search(operator)
        assert other is not None
        self._change(start, end, operator.replace(other.group(), _OPERATORS[other.group()]))
        self.visit(node.value)

    # Conditions.

    def _negate(self, test: ast.expr) -> None:
        if not isinstance(test, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)):
            self._replace(test, f"(not ({self._text(test)}))")

    def visit_If(self, node: ast.If) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._negate(test)
        self.generic_visit(node)

    # Expressions.

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, right in zip((node.left, *node.comparators), node.comparators, strict=False):
            self._change_operator(left, right)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._change_operator(left, right)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitOr) and not self._functions:
            return  # a type
        if not isinstance(node.op, ast.Mod) or not isinstance(node.left, (ast.Constant, ast.JoinedStr)):
            self._change_operator(node.left, node.right)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self._replace(node, f"({self._text(node.operand)})")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        self.visit(node.func)
        for argument in node.args[1:] if name in _ANNOTATING else node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg not in _DOCUMENTING:
                self.visit(keyword.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._replace(node, str(not node.value))
        elif isinstance(node.value, (int, float)):
            self._replace(node, repr(node.value + 1))
        elif isinstance(node.value, (str, bytes)):
            self._change_text(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._change_text(node)
        for part in node.values:
            # Where the text between is, Python 3.11 does not say, and of what is inserted not always truly.
            if isinstance(part, ast.FormattedValue) and self._is_there(part.value):
                self.visit(part.value)

    def _is_there(self, node: ast.expr) -> bool:
        try:
            return ast.dump(ast.parse(self._text(node), mode="eval").body) == ast.dump(node)
        except (SyntaxError, UnicodeDecodeError):
            return False

    def _change_text(self, node: ast.Constant | ast.JoinedStr) -> None:
        start, _ = self._span(node)
        text = self._text(node)
        opening = _OPENING.match(text)
        assert opening is not None
        self._change(start + opening.end(), start + opening.end(), "XX")
        if "r" in opening[1].lower():
            # A pattern, whose bounds are numbers.
            for number in _NUMBER.finditer(text):
                self._change(start + number.start(), start + number.end(), str(int(number.group()) + 1))
