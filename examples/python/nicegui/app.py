"""NiceGUI with a login. Start: python app.py"""

import os

from nicegui import app, ui

import libstauth.nicegui

libstauth.nicegui.init_app(app)

app.get("/user.json")(lambda: libstauth.user.to_dict())
app.get("/login")(lambda provider: libstauth.login(provider))
app.post("/logout")(lambda: libstauth.logout())


def page():
    name = libstauth.user.get("name", "Somebody") if libstauth.user.is_logged_in else "Nobody"
    with ui.header().classes("items-center"):
        ui.label("Savings").classes("text-lg font-bold grow")
        ui.label(name)
        if libstauth.user.is_logged_in:
            ui.button("Log out", on_click=libstauth.nicegui.logout).props("outline color=white")
        else:
            ui.button("Log in", on_click=libstauth.nicegui.login).props("outline color=white")

    def draw():
        title.text = f"{name} saves for {slider.value} months"
        chart.options["series"][0]["data"] = [[str(month + 1), 100 * 1.1**month] for month in range(slider.value)]

    with ui.column().classes("w-full max-w-2xl mx-auto p-6"):
        title = ui.label("How long do you save?").classes("text-2xl")
        slider = ui.slider(min=1, max=12, value=6).props("label-always").classes("mt-8")
        ui.button("Save", on_click=draw)
        bars = {"type": "bar", "data": []}
        chart = ui.echart({"animation": False, "xAxis": {"type": "category"}, "yAxis": {}, "series": [bars]})


ui.run(page, host="127.0.0.1", port=int(os.environ.get("PORT", "8080")), title="Savings", reload=False, show=False)
