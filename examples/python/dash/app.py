"""Dash with a login. Start: gunicorn app:server"""

from dash import Dash, Input, Output, dcc, html
from flask import request

import libstauth.dash

app = Dash(__name__, title="Savings")
server = app.server
auth = libstauth.dash.init_app(app)

server.get("/user.json", endpoint="user")(lambda: libstauth.user.to_dict())
server.get("/login", endpoint="login")(lambda: libstauth.login(request.args["provider"]) or "")
server.post("/logout")(lambda: libstauth.logout() or "")


def account():
    if not libstauth.user.is_logged_in:
        return html.A("Log in", href=auth.login_url(), className="button")
    name = html.Span(libstauth.user.get("name", "Somebody"))
    logout = html.Button("Log out", className="button")
    return html.Form([name, logout], method="post", action=auth.logout_path)


app.layout = lambda: [
    html.Header([html.B("Savings"), account()]),
    html.Main([html.H1(id="title"), dcc.Slider(1, 12, 1, value=6, id="months"), dcc.Graph(id="graph")]),
]


@app.callback(Output("title", "children"), Output("graph", "figure"), Input("months", "value"))
def draw(months):
    name = libstauth.user.get("name", "Somebody") if libstauth.user.is_logged_in else "Nobody"
    savings = [round(100 * 1.1**month) for month in range(months)]
    bars = {"type": "bar", "x": list(range(1, months + 1)), "y": savings, "marker": {"color": "#6d4aff"}}
    return f"{name} saves for {months} months", {"data": [bars], "layout": {"margin": {"t": 24, "r": 0, "l": 40}}}
