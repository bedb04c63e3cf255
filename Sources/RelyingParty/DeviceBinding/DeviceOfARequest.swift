import Basics
import Environment
import Session

/// What a page has to do with the device that its session is bound to.
extension HostRequest {
    /// The header that offers a browser once more to bind the session, with a page that the user opens here. A browser
    /// that comes from its provider's page sends no SameSite cookies to register at the end of the login.
    func deviceOffer(_ session: Session, _ now: Now) -> [HTTPHeader] {
        guard let binding = application.deviceBinding, incoming.navigates == true,
            incoming.fetchSite == "same-origin" || incoming.fetchSite == "none",
            binding.isUnbound(session, incoming.cookies, now)
        else { return [] }
        // A page without it is as good as any.
        return (try? binding.offer(of: session, now, random: environment.random)) ?? []
    }

    /// Tells the operator why somebody who was signed in is not any more: the browser could not get a proof of its device, or
    /// would not ask for one.
    func reportSkippedProof(_ now: Now) {
        guard let skipped = incoming.skippedProof,
            let reason = Event.SkippedProof.allCases.first(where: { skipped.contains(text: $0.text) }),
            application.sessionReader.openUnproven(incoming.cookies, now, for: incoming.requester) != nil
        else { return }
        environment.report(.deviceProofSkipped(reason))
    }
}
