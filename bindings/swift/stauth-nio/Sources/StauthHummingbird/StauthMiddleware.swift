internal import HTTPTypes
public import Hummingbird
internal import Logging
internal import NIOCore
public import Stauth

/// Adds the login to a router: it answers the library's own paths, which need no routes, and lends a `Visit` to the
/// handlers, in their context.
///
/// Add it before all routes, and outside of any middleware that changes the path.
public struct StauthMiddleware<Context: StauthRequestContext>: RouterMiddleware {
    /// Who may see the pages of the program.
    private enum Door {
        case asTheSettingsSay, closed, gated(Gate)
    }

    private let app: App
    private let door: Door
    private let clientAddress: @Sendable (Request, Context) -> String?

    /// Everybody may see the pages, unless the settings have `require_login` or `requiresLogin` is true.
    ///
    /// `clientAddress` finds the browser's IP address, for the log: behind a proxy, in a header that only the proxy can
    /// set.
    public init(
        _ app: App, requiresLogin: Bool = false,
        clientAddress: @escaping @Sendable (Request, Context) -> String? = connected
    ) {
        (self.app, door, self.clientAddress) = (app, requiresLogin ? .closed : .asTheSettingsSay, clientAddress)
    }

    /// Only signed-in users may see the pages, but for the open paths of the gate.
    public init(
        _ app: App, gate: Gate, clientAddress: @escaping @Sendable (Request, Context) -> String? = connected
    ) {
        (self.app, door, self.clientAddress) = (app, .gated(gate), clientAddress)
    }

    /// The address of the connection's other end, if the context has it.
    @Sendable
    public static func connected(_ request: Request, _ context: Context) -> String? {
        (context as? any RemoteAddressRequestContext)?.remoteAddress?.ipAddress
    }

    /// Begins the visit, has the page made, and adds the library's headers; or sends the library's response in its place.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var (request, context) = (request, context)
        do {
            let mayProceed = try await begin(&request, &context)
            guard mayProceed else { return try response(to: request, context.visit, page: nil) }
        } catch {
            return failure(error, of: request)
        }
        let page = try await page(of: request, context, next)
        do throws(StauthError) {
            return try response(to: request, context.visit, page: page)
        } catch {
            return failure(error, of: request)
        }
    }

    private func begin(_ request: inout Request, _ context: inout Context) async throws -> Bool {
        let visit = try Visit(
            app, method: request.method.rawValue, target: request.head.path ?? "/", headers: fields(of: request.head))
        context.visit = visit
        try visit.setClientAddress(clientAddress(request, context))
        let paths = paths(of: request.uri.path)
        if paths.count > 1 || request.head.path?.first != "/" {
            for path in paths {
                try visit.addRoute(path)
            }
        }
        if visit.wantsBody {
            let body = try await read(request.body)
            try visit.setBody(Array(body.readableBytesView))
            request.body = RequestBody(buffer: body)
        }
        guard try await visit.begin() else { return false }
        switch door {
        case .asTheSettingsSay:
            return true
        case .closed:
            return try await visit.requireLogin()
        case .gated(let gate):
            for path in paths where try await !visit.requireLogin(gate, path: path) {
                return false
            }
            return true
        }
    }

    /// The program's page. If its handler fails, that of the error.
    private func page(
        of request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as StauthError {
            context.logger.error("\(error)")
            try? context.visit.refuse(error.code)
            return Response(status: .internalServerError)  // the library's takes its place
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        }
    }

    /// Ends the visit: the page with the library's headers, or the library's in its place.
    private func response(to request: Request, _ visit: Visit, page: Response?) throws(StauthError) -> Response {
        let answer = try visit.finish()
        var response = page ?? Response(status: .internalServerError)
        if let status = answer.status {
            response = Response(status: .init(code: status), body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name) else { continue }
            response.headers.append(HTTPField(name: name, value: value))
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The library's page for an error, where there is not even a visit.
    private func failure(_ error: any Error, of request: Request) -> Response {
        let code = (error as? StauthError)?.code ?? (error is IncompleteBody ? IncompleteBody.code : "internal_error")
        guard let visit = try? Visit(app, method: "GET", target: "/", headers: []), (try? visit.refuse(code)) != nil,
            let response = try? response(to: request, visit, page: nil)
        else { return Response(status: .internalServerError) }
        return response
    }
}

/// For the library's page of this code.
private struct IncompleteBody: Error {
    static let code = "request_incomplete"
}

private func fields(of head: HTTPRequest) -> [(name: String, value: String)] {
    // HTTP/2 has this one apart.
    let host = head.authority.map { [(name: "Host", value: $0)] } ?? []
    return host + head.headerFields.map { ($0.name.rawName, $0.value) }
}

/// At most a byte more than the library accepts, so that it refuses what is too long.
private func read(_ body: RequestBody) async throws(IncompleteBody) -> ByteBuffer {
    var found = ByteBuffer()
    do {
        for try await var piece in body {
            let missing = Visit.longestBody + 1 - found.readableBytes
            if let part = piece.readSlice(length: min(missing, piece.readableBytes)) {
                found.writeImmutableBuffer(part)
            }
            if found.readableBytes > Visit.longestBody { break }
        }
    } catch {
        throw IncompleteBody()
    }
    return found
}
