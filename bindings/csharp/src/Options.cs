using System;
using System.Collections.Generic;
using System.Globalization;

namespace Stauth
{
    /// <summary>Where an application gets its settings from. Without a file, TOML and settings, that is the file named by
    /// STAUTH_SECRETS, otherwise .streamlit/secrets.toml.</summary>
    public sealed class AppOptions
    {
        /// <summary>The path of a secrets.toml.</summary>
        public string File { get; set; }

        /// <summary>The text of a secrets.toml.</summary>
        public string Toml { get; set; }

        /// <summary>Single keys that replace those of File and Toml: "auth.port" = "8501", values as in TOML.</summary>
        public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

        /// <summary>Receives the library's events, lines of logfmt, in place of stderr, to which warnings and errors go, or
        /// what STAUTH_LOG asks for. Any thread may call it. What it throws goes to stderr.</summary>
        public Action<LogLevel, string> Log { get; set; }

        internal Action<IntPtr> Transport { get; set; }
    }

    /// <summary>What one login asks for; docs/configuration.md explains it.</summary>
    public sealed class LoginOptions
    {
        /// <summary>Where the user returns to, in place of this page: a path of this site, with its query.</summary>
        public string ReturnTo { get; set; }

        /// <summary>A user name or e-mail address for the provider to suggest.</summary>
        public string LoginHint { get; set; }

        /// <summary>"login" to sign in again, "select_account", "consent" or "none".</summary>
        public string Prompt { get; set; }

        /// <summary>How to sign in, such as "mfa".</summary>
        public string AcrValues { get; set; }

        /// <summary>How long ago the user may have authenticated, which is enforced. Whole seconds count.</summary>
        public TimeSpan? MaxAge { get; set; }

        /// <summary>Languages for the provider's pages, such as "de fr-CA".</summary>
        public string UiLocales { get; set; }

        internal IEnumerable<KeyValuePair<string, string>> Values()
        {
            string age = null;
            if (MaxAge != null)
            {
                age = ((long)MaxAge.Value.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            var all = new Dictionary<string, string>
            {
                { "return_to", ReturnTo }, { "login_hint", LoginHint }, { "prompt", Prompt },
                { "acr_values", AcrValues }, { "max_age", age }, { "ui_locales", UiLocales },
            };
            foreach (KeyValuePair<string, string> option in all)
            {
                if (option.Value != null)
                {
                    yield return option;
                }
            }
        }
    }
}
