package import Basics
import COpenSSL

extension PrivateKey {
    package enum CertificateVerdict { case belongs, belongsToAnotherKey, unreadable }

    /// Whether the first certificate of a PEM text is for this key. All that follow must be certificates too: otherwise
    /// libcurl fails only when it presents them.
    package func judge(certificate pem: Text) -> CertificateVerdict {
        // OpenSSL treats a NUL byte as the end of a line.
        pem.bytes.contains(0) ? .unreadable : withoutForks { compare(certificate: pem) }
    }

    private func compare(certificate pem: Text) -> CertificateVerdict {
        unsafe pem.bytes.withUnsafeBufferPointer { bytes in
            defer { ERR_clear_error() }
            guard let count = Int32(exactly: bytes.count), let input = unsafe BIO_new_mem_buf(bytes.baseAddress, count)
            else { return .unreadable }
            defer { unsafe BIO_free(input) }
            guard let certificate = unsafe PEM_read_bio_X509(input, nil, nil, nil) else { return .unreadable }
            defer { unsafe X509_free(certificate) }
            while let next = unsafe PEM_read_bio_X509(input, nil, nil, nil) { unsafe X509_free(next) }
            guard ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE else { return .unreadable }
            return unsafe X509_check_private_key(certificate, evp) == 1 ? .belongs : .belongsToAnotherKey
        }
    }
}
