package import ArgumentParser

/// The commands of this module.
package let setupCommands: [any ParsableCommand.Type] = [
    InitCommand.self, CheckCommand.self, SecretCommand.self, CookieCommand.self, EndSessionsCommand.self,
]
