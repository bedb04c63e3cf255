package import Basics
import COpenSSL

extension PrivateKey {
    package enum CertificateVerdict { case belongs, belongsToAnotherKey, unreadable }

    /// Whether the first certificate of a PEM text is for this key.
    package func judge(certificate pem: Text) -> CertificateVerdict {
        unsafe pem.bytes.withUnsafeBufferPointer { bytes in
            defer { ERR_clear_error() }
            guard let count = Int32(exactly: bytes.count), let input = unsafe BIO_new_mem_buf(bytes.baseAddress, count)
            else { return .unreadable }
            defer { unsafe BIO_free(input) }
            guard let certificate = unsafe PEM_read_bio_X509(input, nil, nil, nil) else { return .unreadable }
            defer { unsafe X509_free(certificate) }
            return unsafe X509_check_private_key(certificate, evp) == 1 ? .belongs : .belongsToAnotherKey
        }
    }
}
