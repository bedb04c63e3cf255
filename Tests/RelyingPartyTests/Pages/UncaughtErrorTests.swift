import Basics
import TestSupport
import Testing

@testable import RelyingParty

/// What a visitor sees of an error that nothing in the host has dealt with.
@Suite struct UncaughtErrorTests {
    private func page(_ code: Text, _ method: Text = "GET") throws -> HostRequest {
        let request = try HostRequest(Site().application, IncomingRequest(method: method, target: "/report?id=3&x=%22"))
        _ = try request.begin()
        request.refuse(code: code)
        return request
    }

    @Test(arguments: ErrorCode.allCases)
    func everyCodeHasThePageOfTheLibrary(code: ErrorCode) throws {
        let request = try page(Text(code.entry.name))
        #expect(request.responseStatus == code.entry.httpStatus)
        #expect(request.responseBody.string.contains("<code>\(Text(code.entry.name).string)</code>"))
        #expect(request.responseHeaders.contains(HTTPHeader("Cache-Control", "no-store")))
    }

    @Test(arguments: ["", "library_not_found", "<script>", "PROVIDER_UNREACHABLE", "access_denied"] as [Text])
    func whatIsNoCodeOfOursIsADefect(code: Text) throws {
        let request = try page(code)
        #expect(request.responseStatus == 500)
        #expect(request.responseBody.string.contains("<code>internal_error</code>"))
        #expect(!request.responseBody.string.contains("<script>"))
    }

    /// The code that the host was given is ours, also where the provider refuses.
    @Test func refusalOfTheProvider() throws {
        let site = try Site(google: "require_pushed_authorization_requests = true")
        site.google.metadata["pushed_authorization_request_endpoint"] = "https://google.example.com/par"
        site.google.answer(.pushedRequest) { (_) throws(Failure) in .of(401, #"{"error":"invalid_client"}"#) }
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/"))
        _ = try request.begin()
        if Driver.isStepwise {
            try request.login(provider: "google")
            try site.finish(request)
        } else {
            _ = try refusal { try request.login(provider: "google") }
        }
        request.refuse(code: try #require(request.failure).name)
        #expect(request.responseStatus == 502)
        #expect(request.responseBody.string.contains("<code>client_refused</code>"))
    }

    /// Trying again is to load the page again; after a form, and where nothing may be repeated, it is the start page.
    @Test func thePageLeadsOn() throws {
        #expect(try page("provider_timeout").responseBody.string.contains(#"href="/report?id=3&amp;x=%22""#))
        #expect(try page("provider_timeout", "POST").responseBody.string.contains(#"href="/""#))
        for code: Text in ["not_signed_in", "refresh_refused", "token_unavailable"] {
            let link = #"href="/auth/login?return_to=%2Freport%3Fid%3D3%26x%3D%2522">Sign in</a>"#
            #expect(try page(code).responseBody.string.contains(link))
        }
        #expect(try page("cross_site_request").responseBody.string.contains(#"href="/""#))
    }
}
