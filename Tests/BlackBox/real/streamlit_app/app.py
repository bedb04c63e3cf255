"""A dashboard in Streamlit, with Streamlit's own login."""

import json

import streamlit as st

st.title("Dashboard")
st.button("Log in", on_click=st.login)
st.button("Log out", on_click=st.logout)
if st.user.is_logged_in:
    st.write(f"Hello, {st.user.name}")
st.text(json.dumps(st.user.to_dict()))
