package import Basics

/// Where sessions are: session_store.
package enum SessionStoreSettings: Sendable {
    case cookie
    case memory
    case redis(RedisSettings)
}

/// How Redis is reached.
package struct RedisSettings: Sendable {
    /// Servers, nodes of a cluster, or sentinels, in the order in which they are asked; at least one. https stands for TLS.
    package let addresses: [AbsoluteURL]
    /// Nil for Redis' default user.
    package let user: Text?
    package let password: Secret?
    package let database: Int64
    /// The name of the master that the sentinels know; nil without sentinels.
    package let master: Text?
    /// PEM file of the certificate authorities to trust instead of the system's.
    package let certificateAuthorityFile: Text?
    /// Milliseconds that an operation takes at most.
    package let timeout: Int64
    /// What all keys begin with.
    package let prefix: Text

    package init(
        addresses: [AbsoluteURL], user: Text?, password: Secret?, database: Int64, master: Text?,
        certificateAuthorityFile: Text?, timeout: Int64, prefix: Text
    ) {
        self.addresses = addresses
        self.user = user
        self.password = password
        self.database = database
        self.master = master
        self.certificateAuthorityFile = certificateAuthorityFile
        self.timeout = timeout
        self.prefix = prefix
    }
}
