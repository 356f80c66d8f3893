"""An empty FastAPI application: one path, and nothing behind it."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def read_root() -> dict[str, str]:
    """Answer as the first example of the manual does."""
    return {"message": "Hello World"}
