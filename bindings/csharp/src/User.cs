using System;

namespace Stauth
{
    /// <summary>Who sent a request: the claims of the provider. Never changes.</summary>
    public sealed class User : IEquatable<User>
    {
        /// <summary>Somebody who is not signed in.</summary>
        public static readonly User Anonymous = new User("{\"is_logged_in\":false}");
        private const string SignedIn = "{\"is_logged_in\":true"; // the library writes this member first

        internal User(string json)
        {
            Json = json;
        }

        /// <summary>All claims as the library writes them, for the JSON library of the program.</summary>
        public string Json { get; }

        /// <summary>False for somebody who is not signed in.</summary>
        public bool IsLoggedIn
        {
            get { return Json.StartsWith(SignedIn, StringComparison.Ordinal); }
        }

        /// <summary>A claim, such as "email", or "provider", which every signed-in user has: text as it is, any other value
        /// as JSON; null if the provider does not send it.</summary>
        /// <param name="claim">The claim's name.</param>
        public string this[string claim]
        {
            get { return Claims.Find(Json, claim); }
        }

        /// <summary>Whether these are the same claims.</summary>
        /// <param name="other">Another user, or null.</param>
        public bool Equals(User other)
        {
            return other != null && other.Json == Json;
        }

        /// <inheritdoc/>
        public override bool Equals(object other)
        {
            return Equals(other as User);
        }

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            return Json.GetHashCode();
        }

        /// <summary>Does not show claims: they are personal data, and this text ends up in logs.</summary>
        public override string ToString()
        {
            return IsLoggedIn ? "User(signed in)" : "User(nobody)";
        }
    }

    /// <summary>A token to call an API with.</summary>
    public sealed class AccessToken
    {
        internal AccessToken(string secret, DateTimeOffset? expiresAt, string scope)
        {
            Secret = secret;
            ExpiresAt = expiresAt;
            Scope = scope;
        }

        /// <summary>The token itself, for an Authorization header: "Bearer " + token.Secret.</summary>
        public string Secret { get; }

        /// <summary>When it expires; null if the provider does not say.</summary>
        public DateTimeOffset? ExpiresAt { get; }

        /// <summary>What it is for, words separated by spaces.</summary>
        public string Scope { get; }

        /// <summary>Does not show the token: this text ends up in logs.</summary>
        public override string ToString()
        {
            return "AccessToken()";
        }
    }
}
