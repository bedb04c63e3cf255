"""Sessions that are bound to the key of a browser's device: what a copied cookie is worth, and false proofs."""

from __future__ import annotations

import pytest

from device import Device

LIFETIME = 300


@pytest.fixture
def device(start, new_provider):
    site = start(new_provider("device"), own_clock=True, device_bound=True)
    device = Device(site, site.browser())
    device.log_in()
    return device


def test_session_lasts(device):
    """As long as any other, a proof at a time; a browser without a device notices nothing."""
    site, without = device.site, device.site.browser()
    site.log_in(without)
    for _ in range(3):
        site.wait(LIFETIME)
        device.browser.jar.drop(device.proof_cookie)
        assert not site.is_signed_in(device.browser)
        assert device.refresh().status == 200 and site.is_signed_in(device.browser)
        assert site.is_signed_in(without)
    log = site.host.log()
    assert "event=device_bound user=" in log and "device_proof_refused" not in log


def test_copied_cookies(device):
    """Everything that the browser has, the cookie of the device's path included, but not the key."""
    site, copy = device.site, device.browser.copy()
    thief = device.copied_to(copy)
    assert site.is_signed_in(copy)
    site.wait(LIFETIME)
    assert not site.is_signed_in(copy)
    refused = thief.refresh()
    assert (refused.status, refused.cookies) == (400, [])
    assert not site.is_signed_in(copy)
    assert "event=device_proof_refused user=" in site.host.log() and "code=device_proof_invalid" in site.host.log()
    assert device.refresh().status == 200
    assert site.is_signed_in(device.browser) and not site.is_signed_in(copy)


def test_copy_from_before_the_registration(start, new_provider):
    site = start(new_provider("early"), own_clock=True, device_bound=True)
    device = Device(site, site.browser())
    copies = []
    post = device.post

    def copying_post(*arguments):
        copies.append(device.browser.copy())
        return post(*arguments)

    device.post = copying_post
    device.log_in()
    (copy,) = copies
    assert site.is_signed_in(copy)
    site.wait(60)
    assert not site.is_signed_in(copy) and site.is_signed_in(device.browser)


def test_replayed_proof(device):
    """Whoever sends a whole request again gets a challenge, like a browser that begins with an old one."""
    sent = []
    post = device.post

    def recording_post(*arguments):
        sent.append((device.browser.copy(), arguments))
        return post(*arguments)

    device.post = recording_post
    assert device.refresh().status == 200
    device.browser, arguments = sent[-1]
    again = post(*arguments)
    assert (again.status, again.cookies) == (403, []) and again.header("Secure-Session-Challenge")


def test_logout(device):
    site, copy = device.site, device.browser.copy()
    assert device.browser.go("POST", site.url("/auth/logout"), headers={"Sec-Fetch-Site": "same-origin"}).status == 200
    assert device.browser.jar.names() == [] and not site.is_signed_in(copy)
    for browser in (device.browser, copy):
        asked = device.copied_to(browser).refresh()
        assert asked.status == 200 and b'"continue":false' in asked.body and asked.cookies == []


def test_required(start, new_provider):
    site = start(new_provider("required"), own_clock=True, device_bound="required", device_bound_lifetime="1h")
    device, without = Device(site, site.browser()), site.browser()
    device.log_in()
    site.log_in(without)
    site.wait(600)
    assert site.is_signed_in(device.browser) and not site.is_signed_in(without)
