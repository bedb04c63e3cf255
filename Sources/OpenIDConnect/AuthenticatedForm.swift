import Basics

extension Client {
    /// A form that the client posts to an endpoint of the provider under its own identity. Its headers and body contain
    /// secrets.
    func post(
        _ fields: [FormEncoding.Field], to endpoint: AbsoluteURL, of metadata: ProviderMetadata,
        _ assertion: ClientAssertion, proof: DPoPProof? = nil
    ) throws(Failure) -> HTTPRequest {
        let authentication = try authentication(with: metadata, at: endpoint, assertion)
        let proof = try proof?.encoded(for: .post, endpoint)
        // Both may contain client_id.
        let added = authentication.fields.filter { field in !fields.contains { $0.name == field.name } }
        return HTTPRequest(
            .post, endpoint,
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("Accept", "application/json"),
            ] + authentication.headers + (proof.map { [HTTPHeader("DPoP", $0)] } ?? []),
            body: FormEncoding.encode(fields + added))
    }
}
