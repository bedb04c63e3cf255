import HTTPTypes
import Hummingbird
import Stauth
import StauthHummingbird

/// The pages of the site. If a handler throws an error of stauth's, the response is the library's page for it; so is it
/// after a login or a logout, in place of the handler's.
func makeSite(_ app: App) -> Router<BasicStauthRequestContext> {
    let router = Router(context: BasicStauthRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: StauthMiddleware(app))
    router.get("user.json") { _, context in
        page("application/json", context.visit.user.json)
    }
    router.get("members") { _, context in
        guard try await context.visit.requireLogin() else { return Response(status: .unauthorized) }
        return page("text/plain; charset=utf-8", "Welcome, \(context.visit.claim("name") ?? "member")")
    }
    router.get("login") { request, context in
        try await context.visit.login(request.uri.queryParameters["provider"].map(String.init))
        return Response(status: .ok)
    }
    router.post("logout") { _, context in
        try await context.visit.logout()
        return Response(status: .ok)
    }
    for path in ["", "**"] as [RouterPath] {
        router.get(path) { _, context in
            page("text/html; charset=utf-8", front(context.visit, app))
        }
    }
    return router
}

private func page(_ type: String, _ text: String) -> Response {
    Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: .init(string: text)))
}
