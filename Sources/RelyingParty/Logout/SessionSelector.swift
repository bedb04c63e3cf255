package import Basics
import Cookies
import Environment
import JSON
import OpenIDConnect
import Provider
import Session
import Settings

/// Which sessions the host ends, from JSON: those of a user ("sub") or of one session at the provider ("sid"), at a provider
/// by its name ("provider") or its issuer ("iss"); or all ("all": true), of one provider or of every one.
struct SessionSelector {
    private var provider: Text?
    private var issuer: Text?
    private var subject: Text?
    private var session: Text?
    private var isAll = false

    init(_ json: Text) throws(Failure) {
        guard let members = JSONObject(parsing: json.bytes)?.members else {
            throw Self.invalid("a selector is a JSON object such as {\"provider\":\"google\",\"sub\":\"…\"}")
        }
        for member in members {
            let text = member.value.text.flatMap { $0.isEmpty ? nil : $0 }
            guard text != nil || member.name == "all" else {
                throw Self.invalid("\(member.name.forMessage) in a selector must be text that is not empty")
            }
            switch member.name {
            case "provider": provider = text
            case "iss": issuer = text
            case "sub": subject = text
            case "sid": session = text
            case "all" where member.value == .bool(true): isAll = true
            default: throw Self.invalid("a selector has no member \(member.name.forMessage) with this value")
            }
        }
        guard [subject != nil, session != nil, isAll].filter({ $0 }).count == 1 else {
            throw Self.invalid("a selector names one of sub, sid and \"all\": true")
        }
        // A subject is unique at its issuer only (OIDC Core 2).
        guard isAll || provider != nil || issuer != nil else {
            throw Self.invalid("a selector with sub or sid names the provider or iss too")
        }
    }

    private static func invalid(_ problem: Text) -> Failure { Failure(.optionInvalid, problem) }

    /// What to end, provider by provider.
    func selections(
        among providers: [Provider], _ hash: SessionKeyHash
    ) throws(Failure) -> [(Provider, EndedSessions.Selection)] {
        let chosen = providers.filter(isChosen)
        guard !chosen.isEmpty else {
            throw Failure(.providerUnknown, "no configured provider has the name or issuer of the selector")
        }
        var selections: [(Provider, EndedSessions.Selection)] = []
        for provider in chosen { selections.append((provider, try selection(at: provider.settings, hash))) }
        return selections
    }

    private func isChosen(_ other: Provider) -> Bool {
        if let provider, provider != other.name { return false }
        guard let issuer else { return true }
        return other.settings.isIssuer(issuer) || TenantIssuer.matches(issuer, template: other.settings.issuer)
    }

    private func selection(
        at provider: ProviderSettings, _ hash: SessionKeyHash
    ) throws(Failure) -> EndedSessions.Selection {
        if let session { return .keys(try hash.keys(for: .providerSession(session), at: provider)) }
        guard let subject else { return .all }
        guard issuer != nil || !TenantIssuer.isTemplate(provider.issuer) else {
            throw Self.invalid("name iss, the issuer of the user's tenant, beside sub")
        }
        var keys: [UInt64] = []
        let issuers =
            issuer.map { [$0] } ?? [provider.issuer] + (provider.issuerMayEndInSlash ? [provider.issuer + "/"] : [])
        for issuer in issuers { keys += try hash.keys(for: .subject(subject, issuer: issuer), at: provider) }
        return .keys(keys)
    }
}

extension Application {
    /// Ends the sessions that a selector names, here and now. All of them, or a failure says which could not be.
    package func endSessions(_ selector: Text) throws(Failure) {
        let selections = try SessionSelector(selector).selections(among: providers.all, endedSessions.keyHash)
        try end(selections, Now(environment.clock))
    }

    /// Ends the session of a request for good, or what its cookies have in its place; with `everywhere`, all of the user's.
    func end(_ session: Session?, in cookies: CookieHeader, everywhere: Bool) {
        if everywhere, let session { try? endAll(like: session) }
        end(session, in: cookies)
    }

    /// Ends all sessions of the user of this one, at each provider that is the same client of the same issuer.
    private func endAll(like session: Session) throws(Failure) {
        guard let user = JSONObject(parsing: session.userJSON.bytes), let issuer = user["iss"]?.text,
            let subject = user["sub"]?.text, let own = providers.provider(of: session)
        else { return }
        var selections: [(Provider, EndedSessions.Selection)] = []
        for other in providers.all
        where other.settings.issuer == own.settings.issuer && other.client.id == own.client.id {
            let keys = try endedSessions.keyHash.keys(for: .subject(subject, issuer: issuer), at: other.settings)
            selections.append((other, .keys(keys)))
        }
        try end(selections, Now(environment.clock))
    }

    private func end(_ selections: [(Provider, EndedSessions.Selection)], _ now: Now) throws(Failure) {
        var isRemembered = true
        for (provider, selection) in selections where !end(selection, of: provider, now) { isRemembered = false }
        guard isRemembered else {
            throw Failure(.sessionEndNotRemembered, "no memory is left to end sessions")
        }
        environment.report(.sessionsEnded(providers: selections.map { $0.0.name }))
    }
}
