"""How every page of the library looks in a real browser: on a desktop and on a phone, light, dark, in forced colours
and from right to left. Nothing sticks out, every text is readable, every button can be hit; the pictures are kept."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from selenium.webdriver.common.by import By

from chromium import chromium
from deployment import Deployment
from large_claims import groups
from person import Person
from provider import Reply

CIRCLE = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='4' fill='#d97706'/></svg>"
LOGO = "data:image/svg+xml;base64," + b64encode(CIRCLE.encode()).decode()
SIZES = {"desktop": (1000, 800, False), "phone": (360, 720, True)}
COLOURS = {
    "light": {"prefers-color-scheme": "light", "forced-colors": "none"},
    "dark": {"prefers-color-scheme": "dark", "forced-colors": "none"},
    "forced": {"prefers-color-scheme": "dark", "forced-colors": "active"},
}
LOOK = """
const luminance = colour => colour.slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
const numbers = text => { const found = text.match(/[\\d.]+/g).map(Number); return [...found, 1].slice(0, 4); };
const over = (upper, lower) => [0, 1, 2].map(i => upper[i] * upper[3] + lower[i] * (1 - upper[3])).concat(1);
const behind = element => {
    if (!element) return [255, 255, 255, 1];
    const own = numbers(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
};
const opacity = element => element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
const contrast = (element, pseudo) => {
    const ground = behind(element), colour = numbers(getComputedStyle(element, pseudo).color);
    const [high, low] = [over([...colour.slice(0, 3), colour[3] * opacity(element)], ground), ground]
        .map(luminance).sort((one, other) => other - one);
    return (high + 0.05) / (low + 0.05);
};
const texts = [...document.querySelectorAll("main *")].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
const main = document.querySelector("main"), box = main.getBoundingClientRect(), style = getComputedStyle(main);
return {
    margins: [box.left, arguments[0] - box.right],
    outside: [...main.querySelectorAll(":not([type=hidden])")].filter(element => {
        const own = element.getBoundingClientRect();
        return own.left < box.left || own.right > box.right + 0.5 || own.width === 0;
    }).map(element => element.outerHTML),
    faint: texts.filter(element => contrast(element) < 4.5).map(element => element.outerHTML),
    faintMarks: [...document.querySelectorAll(".mark")].filter(mark => contrast(mark, "::before") < 4.5).length,
    small: [...document.querySelectorAll("a, button")].map(element => [element, element.getBoundingClientRect()])
        .filter(([, own]) => own.height < 24 || own.width < 24).map(([element]) => element.outerHTML),
    framed: style.borderTopStyle === "solid" && style.borderTopColor !== getComputedStyle(document.body).backgroundColor
        && numbers(style.borderTopColor)[3] > 0,
    unframed: [...document.querySelectorAll("a.button, button")].filter(element => {
        const own = getComputedStyle(element);
        return own.borderTopStyle !== "solid" || numbers(own.borderTopColor)[3] === 0;
    }).map(element => element.outerHTML),
    startsAt: document.querySelector("h1").getBoundingClientRect()[document.dir === "rtl" ? "right" : "left"]
        - (document.dir === "rtl" ? box.right : box.left),
    direction: document.dir,
    title: document.querySelector("h1").textContent,
};
"""


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        driver.execute_cdp_cmd("Network.enable", {})
        yield Person(driver, "looks")


@pytest.fixture(scope="module")
def site(start_shared, new_provider) -> Deployment:
    providers = {name: new_provider(name) for name in ("google", "corp", "strict")}
    rules = {"display_name": "Österreichische Unternehmensverwaltungsgesellschaft", "allowed_domains": ["example.net"]}
    strict = {"client_kwargs": {"max_age": 60}}
    site = start_shared(providers, more={"corp": rules, "strict": strict}, site_name="Harbour Weather", logo=LOGO)
    for provider in providers.values():
        provider.offer_logout(site.redirect_uri).needs_hint = False  # that of a large session would be too long
    return site


# Each brings the browser to one of the pages.

Way = Callable[[Deployment, Person], None]


def choice(site: Deployment, person: Person) -> None:
    person.driver.get(site.url("/auth/login"))
    marks = person.driver.find_elements(By.CSS_SELECTOR, "li .mark")
    assert [mark.get_attribute("data-letter") for mark in marks] == ["G", "Ö", "S"], "the first character of each name"


def opened(path: str) -> Way:
    return lambda site, person: person.driver.get(site.url(path))


def signed_in(path: str) -> Way:
    def way(site: Deployment, person: Person) -> None:
        person.driver.get(site.url("/auth/login?provider=google"))
        person.driver.get(site.url(path))

    return way


def refused(site: Deployment, person: Person) -> None:
    site.providers["corp"].claims |= {"email": "ada.lovelace@analytical-engines.example.org", "email_verified": True}
    person.driver.get(site.url("/auth/login?provider=corp"))
    assert "ada.lovelace@analytical-engines.example.org" in person.driver.page_source
    assert len(person.driver.find_elements(By.CSS_SELECTOR, "button.quiet")) == 1


def answered(error: str) -> Way:
    """The provider's answer in the callback."""

    def way(site: Deployment, person: Person) -> None:
        site.providers["google"].authorization_response(lambda answer: [("error", error), *answer[1:]])
        person.driver.get(site.url("/auth/login?provider=google&return_to=/report"))

    return way


def token(reply: Reply) -> Way:
    def way(site: Deployment, person: Person) -> None:
        site.providers["google"].respond("token", reply)
        person.driver.get(site.url("/auth/login?provider=google"))

    return way


def an_old_sign_in(site: Deployment, person: Person) -> None:
    """max_age asked for another one."""
    site.providers["strict"].id_token(claims={"auth_time": site.providers["strict"].now() - 1000})
    person.driver.get(site.url("/auth/login?provider=strict"))


def from_another_site(site: Deployment, person: Person) -> None:
    form = f"<form method=post action='{site.url('/auth/logout')}'><button>Win a prize</button></form>"
    person.driver.get("data:text/html," + quote(form))
    person.button("Win a prize").click()


def many_cookies(site: Deployment, person: Person) -> None:
    """A large session, and what another program on this host has left under the names of ours."""
    provider = site.providers["google"]
    usual, provider.claims = provider.claims, provider.claims | {"groups": groups(180)}
    person.driver.get(site.url("/auth/login?provider=google"))
    provider.claims = usual
    for number in range(2):
        person.driver.add_cookie({"name": f"{site.prefix}_tokens-{number}", "value": "A" * 3900})
    person.driver.get(site.url("/auth/login?provider=google"))


PAGES: dict[str, tuple[Way, str | None]] = {
    "chooser": (choice, None),
    "logout": (signed_in("/auth/logout"), None),
    "signed-out": (opened("/auth/logout"), None),
    "not-allowed": (refused, "user_not_allowed"),
    "cancelled": (answered("access_denied"), "authorization_refused"),
    "sign-in": (answered("login_required"), "login_required"),
    "interact": (answered("interaction_required"), "interaction_required"),
    "consent": (answered("consent_required"), "consent_required"),
    "choose-account": (answered("account_selection_required"), "account_selection_required"),
    "stronger": (answered("unmet_authentication_requirements"), "unmet_authentication_requirements"),
    "authenticate-anew": (an_old_sign_in, "id_token_authentication_too_old"),
    "try-again": (token(Reply(400, {"error": "invalid_grant"})), "token_request_refused"),
    "ask-operator": (token(Reply(401, {"error": "invalid_client"})), "client_refused"),
    "provider-trouble": (token(Reply(503)), "provider_unavailable"),
    "start-over": (opened("/oauth2callback?code=x&state=y"), "state_mismatch"),
    "not-done": (from_another_site, "cross_site_request"),
    "sign-out-first": (many_cookies, "cookies_too_large"),
}


def choose(person: Person, size: str, colours: str) -> None:
    width, height, is_phone = SIZES[size]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone}
    person.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": name, "value": value} for name, value in COLOURS[colours].items()]
    person.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_page(site: Deployment, person: Person, name: str, language: str) -> None:
    way, code = PAGES[name]
    site.providers["google"].behave()
    choose(person, "desktop", "light")
    person.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    person.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": language}})
    way(site, person)
    if code:
        person.wait_for_text(code)
    direction = "rtl" if language == "ar" else "ltr"
    for colours in COLOURS:
        for size in SIZES:
            choose(person, size, colours)
            seen = person.driver.execute_script(LOOK, SIZES[size][0])
            person.driver.save_screenshot(str(person.artifacts / f"looks-{name}-{language}-{size}-{colours}.png"))
            where = f"{size}, {colours}: {seen}"
            assert seen["direction"] == direction and 0 < abs(seen["startsAt"]) < 60, where
            assert min(seen["margins"]) >= 16 and seen["outside"] == [], where
            assert seen["faint"] == [] and seen["faintMarks"] == 0, where
            assert seen["small"] == [], where
            if colours == "forced":
                assert seen["framed"] and seen["unframed"] == [], where


def test_too_many_cookies_lead_to_the_logout(site: Deployment, person: Person) -> None:
    """Trying again would fail again."""
    site.providers["google"].behave()
    person.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    person.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": "en"}})
    many_cookies(site, person)
    person.wait_for_text("cookies_too_large")
    person.button("Sign out").click()
    person.wait_for_text("You will need to sign in again")
    person.button("Sign out").click()
    person.wait_for_text("Log in")
    person.driver.get(site.url("/auth/login?provider=google"))
    person.wait_for_text("Log out")
