import COpenSSL
import Glibc

/// A server's certificate, as far as a check explains it. Whether it is accepted is for libcurl to decide.
struct Certificate {
    let subject: String
    let issuer: String
    /// Seconds since 1970.
    let begin: Int
    let end: Int
    /// Whether it is for the host that it was read for.
    let namesHost: Bool

    var isSelfIssued: Bool { subject == issuer }

    /// Nil if it cannot be read.
    init?(pem: String, host: String) {
        guard let certificate = unsafe Self.read(Array(pem.utf8)) else { return nil }
        defer { unsafe X509_free(certificate) }
        guard let begin = unsafe Self.seconds(X509_get0_notBefore(certificate)),
            let end = unsafe Self.seconds(X509_get0_notAfter(certificate))
        else { return nil }
        unsafe subject = Self.text(X509_get_subject_name(certificate))
        unsafe issuer = Self.text(X509_get_issuer_name(certificate))
        (self.begin, self.end) = (begin, end)
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let isName = unsafe X509_check_host(certificate, bare, bare.utf8.count, 0, nil) == 1
        let isAddress = unsafe X509_check_ip_asc(certificate, bare, 0) == 1
        namesHost = isName || isAddress
    }

    /// The caller frees it.
    private static func read(_ pem: [UInt8]) -> OpaquePointer? {
        // OpenSSL keeps the address of the bytes until BIO_free().
        unsafe pem.withUnsafeBufferPointer { bytes in
            guard let input = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
                return nil
            }
            defer { unsafe BIO_free(input) }
            return unsafe PEM_read_bio_X509(input, nil, nil, nil)
        }
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int? {
        var parts = unsafe tm()
        guard let time = unsafe time, unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return unsafe timegm(&parts)
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let name = unsafe name else { return "" }
        var buffer = [CChar](repeating: 0, count: 512)
        _ = unsafe X509_NAME_oneline(name, &buffer, Int32(buffer.count))
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
