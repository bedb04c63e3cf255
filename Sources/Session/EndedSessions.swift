package import Basics
package import Environment
import JSON
import OpenIDConnect
package import Settings

/// This process' memory of sessions that ended before their time, so that a copied cookie is worth nothing.
///
/// An entry lives as long as the sessions that it ends would have; no login removes one. Each provider has a part of the
/// memory for itself, whatever the others do. When that is full, its sessions that began first end early: none comes back.
package final class EndedSessions: Sendable {
    /// Of all providers together, with tables of 32 MiB at most.
    package static let most = 1 << 20

    /// What to end at one provider.
    package enum Selection {
        /// This session, by its id.
        case session(Session)
        /// All sessions that have one of these keys and began up to now.
        case keys([UInt64])
        /// The same by the word of anybody who knows such a name. When a quarter of the memory is full of these, no more are
        /// remembered: whoever makes names up ends nobody's session.
        case unverified([UInt64])
        /// All sessions that began up to now.
        case all
    }

    package let keyHash: SessionKeyHash
    /// One for each provider, in the order of the settings, like all the lists here.
    private let memories: [EndingMemory]
    /// Of those that nobody has signed; nil without front-channel logout.
    private let unverified: [EndingMemory?]
    /// Of tokens that may be used once.
    private let usedTokens: [EndingMemory]
    /// Of DPoP proofs, which may be used once; nil where none are accepted.
    private let usedProofs: [EndingMemory?]
    private let fingerprints: [UInt64]
    private let providers: [ProviderSettings]
    private let lifetime: Int64

    /// `former`: what this memory replaces. Providers that were there before keep their parts of it.
    package init(
        _ settings: Settings, _ cookies: SessionCookies, most: Int = most, succeeding former: EndedSessions? = nil
    ) {
        keyHash = cookies.keyHash
        let fingerprints = cookies.rules.providerFingerprints
        let places = fingerprints.map { former?.fingerprints.firstIndex(of: $0) }
        func part(_ memories: [EndingMemory]?, _ place: Int?, _ most: Int) -> EndingMemory {
            if let memories, let place { return memories[place] }
            return EndingMemory(most: most / fingerprints.count)
        }
        self.fingerprints = fingerprints
        memories = places.map { part(former?.memories, $0, most) }
        usedTokens = places.map { part(former?.usedTokens, $0, most / 4) }
        unverified = zip(settings.providers, places).map { (provider, place) -> EndingMemory? in
            if let former, let place, let kept = former.unverified[place] { return kept }
            guard provider.logout.isReportedByBrowsers else { return nil }
            return EndingMemory(most: most / 4 / fingerprints.count, keepsAll: true)
        }
        usedProofs = zip(settings.providers, places).map { (provider, place) -> EndingMemory? in
            if let former, let place, let kept = former.usedProofs[place] { return kept }
            return provider.client.accessTokens == nil ? nil : EndingMemory(most: most / 4 / fingerprints.count)
        }
        providers = settings.providers
        lifetime = settings.sessionLifetime
    }

    /// Whether this session has ended. Takes no lock.
    func include(_ session: Session) -> Bool {
        guard let index = fingerprints.firstIndex(of: session.providerFingerprint) else { return true }
        guard !memories.isEmpty(at: index) || unverified[index]?.isEmpty == false else { return false }
        guard let keys = keys(of: session, at: index) else { return true }
        return memories[index].includes(
            session.id?.key ?? 0, keys.providerSession, keys.subject, created: session.created)
            || unverified[index]?.includes(keys.providerSession, created: session.created) == true
    }

    /// Whether this session, which is not in the store, has ended in another process.
    func include(_ session: Session, sharedIn stored: StoredSessions) throws(Failure) -> Bool {
        guard let index = fingerprints.firstIndex(of: session.providerFingerprint),
            let keys = keys(of: session, at: index)
        else { return true }
        let all = [session.id?.key ?? 0, keys.providerSession, keys.subject]
        return try stored.knowsEnd(of: all, created: session.created)
    }

    /// By the claims if it has no keys; nil if they cannot be made. `index`: its provider's; to copy settings takes long.
    private func keys(of session: Session, at index: Int) -> SessionKeys? {
        if let keys = session.keys { return keys }
        guard let user = JSONObject(parsing: session.userJSON.bytes) else { return nil }
        return try? keyHash.keys(of: user, at: providers[index])
    }

    /// Whether a token of a provider was used before. `key`: of its id. When too many are remembered, the oldest tokens count
    /// as used.
    package func hasUsed(token key: UInt64, issuedAt: Int64, of fingerprint: UInt64) -> Bool {
        guard let index = fingerprints.firstIndex(of: fingerprint) else { return true }
        return usedTokens[index].includes(key, created: issuedAt)
    }

    /// Records that a token was used, which nobody can do after `expiry`.
    package func use(
        token key: UInt64, issuedAt: Int64, expiry: Int64, of fingerprint: UInt64, _ now: Now
    ) -> EndingMemory.Outcome {
        guard let index = fingerprints.firstIndex(of: fingerprint) else { return .endedBefore }
        return usedTokens[index].end(key, created: issuedAt, expiry: expiry, now: now.seconds)
    }

    /// Records that a DPoP proof was used, which nobody can do after `expiry`; false if it was used before, or if so many are
    /// remembered that it may have been. `key`: of its id.
    package func use(proof key: UInt64, issuedAt: Int64, expiry: Int64, of fingerprint: UInt64, _ now: Now) -> Bool {
        guard let index = fingerprints.firstIndex(of: fingerprint), let memory = usedProofs[index],
            !memory.includes(key, created: issuedAt)
        else { return false }
        switch memory.end(key, created: issuedAt, expiry: expiry, now: now.seconds) {
        case .remembered, .oldestEnded: return true
        case .endedBefore, .notRemembered: return false
        }
    }

    /// Ends sessions of a provider, by its fingerprint. In Streamlit's cookie, sessions have no id: their copies live on.
    package func end(_ selection: Selection, of fingerprint: UInt64, _ now: Now) -> EndingMemory.Outcome {
        guard let index = fingerprints.firstIndex(of: fingerprint) else { return .endedBefore }
        let memory = memories[index]
        switch selection {
        case .session(let session):
            guard let id = session.id else { return .remembered }
            return memory.end(id.key, created: session.created, expiry: session.created + lifetime, now: now.seconds)
        case .keys(let keys): return end(keys, in: memory, now)
        case .unverified(let keys): return unverified[index].map { end(keys, in: $0, now) } ?? .notRemembered
        case .all: return memory.endAll(created: now.seconds)
        }
    }

    private func end(_ keys: [UInt64], in memory: EndingMemory, _ now: Now) -> EndingMemory.Outcome {
        keys.reduce(.remembered) { outcome, key in
            outcome.combined(
                with: memory.end(key, created: now.seconds, expiry: now.seconds + lifetime, now: now.seconds))
        }
    }
}

extension EndingMemory.Outcome {
    /// The one of two that matters more.
    package func combined(with other: Self) -> Self {
        switch (self, other) {
        case (.notRemembered, _), (_, .notRemembered): .notRemembered
        case (.oldestEnded, _), (_, .oldestEnded): .oldestEnded
        default: other
        }
    }
}
