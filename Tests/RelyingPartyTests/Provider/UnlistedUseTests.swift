import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Metadata with lists that lack what logins use.
@Suite struct UnlistedUseTests {
    private func prompt(of site: Site) throws -> Text? {
        let location = try Browser(site).startLogin()
        return FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: "prompt").first
    }

    private func complaints(_ site: Site) -> [String] {
        site.log.lines.filter { $0.hasPrefix("event=use_not_listed ") }
    }

    @Test(
        arguments: [
            ("response_types_supported", ["id_token", "code id_token"], "code is not in response_types_supported"),
            ("response_modes_supported", ["fragment", "form_post"], "query is not in response_modes_supported"),
            ("prompt_values_supported", ["login", "consent"], "select_account is not in prompt_values_supported"),
        ] as [(String, [JSON], String)])
    func operatorLearnsOnce(name: String, values: [JSON], words: String) throws {
        let site = try Site()
        site.google.metadata[Text(name)] = .array(values)
        #expect(try Browser(site).login().hasLoggedIn)
        let line = try #require(complaints(site).first)
        #expect(line.contains("provider=google") && line.contains(words))
        site.clock.advance(90_000)
        #expect(try Browser(site).login().hasLoggedIn)
        #expect(site.google.count(.metadata) == 2 && complaints(site).count == 1)
    }

    @Test func defaultPromptIsNotSent() throws {
        let site = try Site()
        #expect(try prompt(of: site) == "select_account")
        let other = try Site()
        other.google.metadata["prompt_values_supported"] = ["none", "login"]
        #expect(try prompt(of: other) == nil)
    }

    /// Whoever writes one down means it.
    @Test func configuredPromptIsSent() throws {
        let site = try Site(google: "client_kwargs = { prompt = \"login consent\" }")
        site.google.metadata["prompt_values_supported"] = ["login"]
        #expect(try prompt(of: site) == "login consent")
        #expect(complaints(site).count == 1 && complaints(site)[0].contains("consent is not in"))
    }

    @Test func modeIsTheConfiguredOne() throws {
        let site = try Site(google: "response_mode = \"form_post\"")
        site.google.metadata["response_modes_supported"] = ["query"]
        try site.preload()
        #expect(complaints(site).first?.contains("form_post is not in response_modes_supported") == true)
    }

    @Test(arguments: [nil, [], .null, "code", ["select_account", "code", "query"]] as [JSON?])
    func listThatSaysNothing(list: JSON?) throws {
        let site = try Site()
        for name: Text in ["response_types_supported", "response_modes_supported", "prompt_values_supported"] {
            site.google.metadata[name] = list
        }
        #expect(try prompt(of: site) == "select_account")
        #expect(complaints(site).isEmpty)
    }
}
