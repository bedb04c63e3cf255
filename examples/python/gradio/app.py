"""Gradio with a login. Start: uvicorn app:app"""

from html import escape

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

import libstauth.gradio

app = FastAPI()
auth = libstauth.gradio.init_app(app)

app.get("/user.json")(lambda: libstauth.user.to_dict())
app.get("/login")(lambda provider: libstauth.login(provider))
app.post("/logout")(lambda: libstauth.logout())


def account():
    if not libstauth.user.is_logged_in:
        return f'<a href="{auth.login_url()}">Log in</a>'
    name = escape(libstauth.user.get("name", "Somebody"))
    return f'<form method="post" action="{auth.logout_path}">{name} <button>Log out</button></form>'


def save(months):
    name = libstauth.user.get("name", "Somebody") if libstauth.user.is_logged_in else "Nobody"
    for month in range(1, months + 1):
        yield f"## {name} saves for {month} months: {round(100 * 1.1**month)}"


with gr.Blocks(title="Savings", analytics_enabled=False) as demo:
    demo.load(account, outputs=gr.HTML(elem_id="account"))
    gr.Markdown("# Savings")
    slider = gr.Slider(1, 12, 6, step=1, label="Months")
    gr.Button("Save", variant="primary").click(save, slider, gr.Markdown())

css = "#account { text-align: right } #account :is(a, button) { margin-left: 1em; padding: 8px; border: 1px solid }"
elsewhere = {404: lambda request, error: HTMLResponse('<a href="/">Savings</a>')}
gr.mount_gradio_app(app, demo, "/", theme="soft", css=css, app_kwargs={"exception_handlers": elsewhere})
