"""FastAPI with a login. Start: uvicorn app:app"""

from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.templating import Jinja2Templates

import libstauth.fastapi

app = FastAPI()
auth = libstauth.fastapi.init_app(app)
templates = Jinja2Templates("../templates")
Member = Annotated[libstauth.User, Depends(libstauth.fastapi.login_required)]


@app.get("/members")
async def show_members(user: Member):
    return f"Welcome, {user.get('name', 'member')}"


@app.get("/user.json")
async def show_user():
    return libstauth.user.to_dict()


@app.get("/login")
async def login(provider: str | None = None):
    return libstauth.fastapi.login(provider)


@app.post("/logout")
async def logout():
    return libstauth.fastapi.logout()


@app.get("/{path:path}")
async def show_page(request: Request):
    context = {"user": libstauth.user, "login_url": auth.login_url(), "logout_path": auth.logout_path}
    return templates.TemplateResponse(request, "page.html", context)
