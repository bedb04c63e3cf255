/// A login that was kept, and has been ended: nothing of it is left on this machine.
struct EndedLogin {
    /// Nil if what was kept could not be read.
    let signIn: SignIn?
    /// Why it could not.
    let problem: String?
    /// Where to sign out at the provider.
    let address: String?

    /// Nil if nothing was kept.
    init?(_ settings: SignInSettings, _ keeper: SessionKeeper) throws {
        guard !keeper.isEmpty else { return nil }
        let loaded = Result { try keeper.load() }
        let kept = try? loaded.get()
        // Without the file, nobody would know of its tokens any more.
        (signIn, problem, address) = try Interruption.withheld {
            // First, so that nobody is signed in whatever becomes of the rest.
            try keeper.remove(from: kept?.place)
            do {
                let signIn = try loaded.get().map { try SignIn(settings, $0) }
                return (signIn, nil, signIn?.end())
            } catch {
                return (nil, "\(error)", nil)
            }
        }
    }

    /// Whether its tokens may be good for longer, though they should not be.
    var leavesTokens: Bool { signIn.map { $0.hadEnded || $0.log.hasFailedToRevoke } ?? true }

    var sentence: String {
        guard let signIn else { return "The provider was not asked to revoke tokens: what was kept could not be read." }
        if signIn.hadEnded { return "The provider was not asked to revoke tokens: the session had ended already." }
        if signIn.log.hasRevoked { return "The provider has revoked the tokens." }
        if signIn.log.hasFailedToRevoke {
            return "The provider could not revoke the tokens: copies of them are good until they expire."
        }
        return "The provider does not revoke tokens: copies of them are good until they expire."
    }
}
