import Basics
import Cookies
import Environment
import JSON
import Provider
import Session
import Settings

/// What a browser asks on behalf of its device, between the requests of its user (Device Bound Session Credentials): to bind
/// the session of a login to a key, and to count as that session's browser for some minutes more.
struct DeviceRequest {
    let visit: Visit

    private var application: Application { visit.application }
    private var cookies: CookieHeader { visit.incoming.cookies }

    /// A refresh names its session ("Sec-Secure-Session-Id"), which no page can make a browser send; a registration none.
    func run(_ context: FlowContext) -> Answer {
        let session = application.sessionReader.openUnproven(cookies, context.now, for: visit.incoming.requester)
        let user = Visit(application, visit.incoming, session: session).userInLog
        do throws(Failure) {
            guard let binding = application.deviceBinding, let session, let name = binding.identifier(of: session)
            else { return answerStranger() }
            let device = Device(binding: binding, session: session, name: name)
            guard let asked = visit.incoming.deviceSession else {
                return try register(device, user: user, context)
            }
            return asked == name ? try refresh(device, context) : ended(asked)
        } catch {
            context.report(.deviceProofRefused(error, user: user))
            return refused(error)
        }
    }

    /// The session of the request.
    private struct Device {
        let binding: DeviceBinding
        let session: Session
        let name: Text
    }

    // MARK: - Registration

    /// "Create session": binds the session of a login that has just ended.
    private func register(_ device: Device, user: Text?, _ context: FlowContext) throws(Failure) -> Answer {
        guard visit.session != nil else { throw Failure(.notSignedIn, "the session has lost its device") }
        let proof = try DeviceProof(visit.incoming.deviceProof ?? "", for: device.name)
        let challenge = try open(proof, .registration, device, context)
        guard let challenge else { throw Self.invalid("answers a challenge that is too old") }
        let key = try proof.introducedKey()
        guard try isFirstAnswer(challenge, device, context) else { throw Self.invalid("was used before") }
        switch device.binding.remember(device.session, context.now) {
        case .remembered: break
        // Another offer was taken meanwhile.
        case .endedBefore: return refused(Self.invalid("is for a session that has a device"))
        case .oldestEnded:
            let provider = application.providers.provider(of: device.session)
            context.report(.olderSessionsEnded(provider: provider?.name ?? ""))
        case .notRemembered:
            throw Failure(.sessionEndNotRemembered, "out of memory: the session's device could not be remembered")
        }
        var answer = Answer(.json(try instructions(for: device)))
        answer.sessionHeaders = try device.binding.headers(
            toBind: device.session, to: key, over: cookies, context.now, random: context.random)
        context.report(.deviceBound(user: user))
        return answer
    }

    /// "JSON Session Instruction Format". Navigations from any site may cause a refresh, or a link in a mail would lead to
    /// the login; other requests from elsewhere do not carry the cookie anyway, so their time says nothing about the user.
    private func instructions(for device: Device) throws(Failure) -> Text {
        guard let credential = device.binding.credential(of: device.session) else {
            throw Failure(.internalError, "a session without an id has no device")
        }
        let path = application.settings.deviceBindingPath
        return """
            {"session_identifier":"\(device.name)","refresh_url":"\(path)",\
            "scope":{"include_site":false,"scope_specification":[]},\
            "credentials":[{"type":"cookie","name":"\(credential.name)","attributes":"\(credential.attributes)"}],\
            "allowed_refresh_initiators":["*"]}
            """
    }

    // MARK: - Refresh

    /// A new proof for a browser that shows the key; a challenge for one that has not yet, too late, or once before: browsers
    /// begin with the last challenge that they know.
    private func refresh(_ device: Device, _ context: FlowContext) throws(Failure) -> Answer {
        guard let key = device.binding.key(of: device.session, in: cookies) else { return ended(device.name) }
        guard let text = visit.incoming.deviceProof else { return try challenge(device, context) }
        let proof = try DeviceProof(text, for: device.name)
        let challenge = try open(proof, .refresh, device, context)
        try proof.verify(with: key)
        guard let challenge, try isFirstAnswer(challenge, device, context) else {
            return try self.challenge(device, context)
        }
        var answer = Answer(.empty(status: 200))
        answer.sessionHeaders = try device.binding.headers(toProve: device.session, context.now, random: context.random)
        return answer
    }

    /// "Secure-Session-Challenge": with status 403, the browser signs it at once.
    private func challenge(_ device: Device, _ context: FlowContext) throws(Failure) -> Answer {
        let challenge = try device.binding.challenge(.refresh, of: device.session, context.now, random: context.random)
        var response = OutgoingResponse.empty(status: 403)
        response.add(HTTPHeader("Secure-Session-Challenge", "\"\(challenge)\";id=\"\(device.name)\""))
        return withoutRenewal(Answer(response))
    }

    // MARK: - Challenges

    /// The challenge that a proof answers; nil if that was long ago.
    private func open(
        _ proof: DeviceProof, _ challenge: DeviceBinding.Challenge, _ device: Device, _ context: FlowContext
    ) throws(Failure) -> (key: UInt64, issuedAt: Int64)? {
        switch device.binding.open(proof.challenge, challenge, of: device.session, context.now) {
        case .fresh(let key, let issuedAt): return (key, issuedAt)
        case .late: return nil
        case nil: throw Self.invalid("answers a challenge that was not for this session")
        }
    }

    private func isFirstAnswer(
        _ challenge: (key: UInt64, issuedAt: Int64), _ device: Device, _ context: FlowContext
    ) throws(Failure) -> Bool {
        let isFirst = device.binding.answerOnce(challenge.key, issuedAt: challenge.issuedAt, context.now)
        let isFirstAnywhere = try application.storedSessions?.addOnce(
            challenge.key, lifetime: DeviceBinding.challengeLifetime)
        return isFirst && isFirstAnywhere ?? true
    }

    // MARK: - Answers

    /// For a request without a session: the browser forgets the one that it names. A registration without cookies is what
    /// browsers send at the end of a login that went through a page of the provider's, so it is no event.
    private func answerStranger() -> Answer {
        guard let asked = visit.incoming.deviceSession else {
            return refused(Failure(.notSignedIn, "there is no session to bind to a device"))
        }
        return ended(asked)
    }

    /// "continue": the browser asks no more.
    private func ended(_ name: Text) -> Answer {
        var instructions = JSONObject()
        instructions["session_identifier"] = .string(name)
        instructions["continue"] = .bool(false)
        return withoutRenewal(Answer(.json(instructions.encoded() ?? "{}")))
    }

    /// With 400 the browser forgets the session; not if the fault is elsewhere.
    private func refused(_ failure: Failure) -> Answer {
        let isTemporary = failure.code.entry.httpStatus >= 500
        return withoutRenewal(
            Answer(.empty(status: isTemporary ? 503 : 400), failure: failure))
    }

    private func withoutRenewal(_ answer: Answer) -> Answer {
        var answer = answer
        answer.sessionHeaders = []
        return answer
    }

    private static func invalid(_ problem: Text) -> Failure {
        Failure(.deviceProofInvalid, "the browser's proof of its device \(problem)")
    }
}
