package import Basics
package import Environment
package import Settings

/// This process' memory of sessions that ended before their time, so that a copied cookie is worth nothing.
///
/// An entry lives as long as its session would have; no login removes one. When the memory is full, the sessions that began
/// first end early: none comes back.
package final class EndedSessions: Sendable {
    /// With a table of 32 MiB at most.
    package static let most = 1 << 20

    private let memory: EndingMemory
    private let lifetime: Int64

    package init(_ settings: Settings, most: Int = most) {
        memory = EndingMemory(most: most)
        lifetime = settings.sessionLifetime
    }

    /// Whether this session has ended. Takes no lock. One in Streamlit's cookie, which has no id, lives on in copies.
    func include(_ session: Session) -> Bool {
        session.id.map { memory.includes($0.key, created: session.created) } ?? false
    }

    /// Ends this session; nil if it has no id.
    package func end(_ session: Session, _ now: Now) -> EndingMemory.Outcome? {
        session.id.map {
            memory.end($0.key, created: session.created, expiry: session.created + lifetime, now: now.seconds)
        }
    }
}
