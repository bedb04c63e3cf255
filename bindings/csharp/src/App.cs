using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;

namespace Stauth
{
    /// <summary>A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one. All
    /// threads may use it.</summary>
    public sealed class App : IDisposable
    {
        internal const int LongestUser = 64 * 1024; // the most that st_user_from_cookie() needs, without a session store
        private const string DefaultSecrets = ".streamlit/secrets.toml";

        [ThreadStatic]
        private static byte[] userBuffer; // making one takes longer than opening the cookie

        private readonly Handle handle;

        /// <summary>With the settings of a file.</summary>
        /// <param name="secrets">A secrets.toml; null for the one named by STAUTH_SECRETS, otherwise
        /// .streamlit/secrets.toml.</param>
        public App(string secrets = null)
            : this(new AppOptions { File = secrets })
        {
        }

        /// <summary>With settings from elsewhere, or with a log of its own. A ConfigurationException lists all problems.
        /// </summary>
        /// <param name="options">Where the settings are.</param>
        public App(AppOptions options)
        {
            Library.Load();
            string level = Environment.GetEnvironmentVariable("STAUTH_LOG");
            Log = options.Log ?? Callbacks.StandardLog(level, Console.Error.WriteLine);
            handle = Open(options, Log);
            RequiresLogin = HasGate(handle);
        }

        private delegate int Writer(byte[] buffer, UIntPtr capacity, out UIntPtr length, out IntPtr error);

        /// <summary>Whether the settings require a login for the pages of the site.</summary>
        public bool RequiresLogin { get; }

        /// <summary>The path that begins a login, "/auth/login".</summary>
        public string LoginPath
        {
            get { return PathAt(Declarations.st_app_login_path(handle.Ticket)); }
        }

        /// <summary>The path that ends the session by POST, and asks first by GET: "/auth/logout".</summary>
        public string LogoutPath
        {
            get { return PathAt(Declarations.st_app_logout_path(handle.Ticket)); }
        }

        /// <summary>The paths to which providers send users back: one, unless providers have their own redirect_uri. None if
        /// the application is closed.</summary>
        public IReadOnlyList<string> CallbackPaths
        {
            get
            {
                var found = new List<string>();
                while (true)
                {
                    string path = Library.TextAt(Declarations.st_app_callback_path(handle.Ticket, (UIntPtr)(uint)found.Count));
                    if (path == null)
                    {
                        GC.KeepAlive(this);
                        return found;
                    }

                    found.Add(path);
                }
            }
        }

        internal Action<LogLevel, string> Log { get; }

        /// <summary>The numbers for monitoring, of this process, as JSON: events by name, provider and error code, and how
        /// long requests to each provider took. docs/monitoring.md describes them.</summary>
        public string Stats()
        {
            return Written(new byte[16 * 1024], (byte[] buffer, UIntPtr capacity, out UIntPtr length, out IntPtr error) =>
                Declarations.st_app_stats_json(handle.Ticket, buffer, capacity, out length, out error));
        }

        /// <summary>The same as text for Prometheus, of the type "text/plain; version=0.0.4".</summary>
        public string StatsPrometheus()
        {
            return Written(new byte[16 * 1024], (byte[] buffer, UIntPtr capacity, out UIntPtr length, out IntPtr error) =>
                Declarations.st_app_stats_prometheus(handle.Ticket, buffer, capacity, out length, out error));
        }

        /// <summary>Fetches metadata and keys of all providers, so the first login need not. May wait for the network.
        /// </summary>
        public void Preload()
        {
            IntPtr error;
            int status = Declarations.st_app_preload(handle.Ticket, out error);
            Library.Check(status, error);
            GC.KeepAlive(this);
        }

        /// <summary>Who sent this Cookie header? Never waits for a provider.</summary>
        /// <param name="cookie">The header's value; null if there is none.</param>
        public User UserFromCookie(string cookie)
        {
            if (cookie == null)
            {
                return User.Anonymous;
            }

            byte[] given = Library.Octets(cookie);
            userBuffer = userBuffer ?? new byte[LongestUser];
            return new User(Written(userBuffer, (byte[] buffer, UIntPtr capacity, out UIntPtr length, out IntPtr error) =>
                Declarations.st_user_from_cookie(
                    handle.Ticket, given, Library.Length(given), buffer, capacity, out length, out error)));
        }

        /// <summary>One HTTP request. Adapters make it; dispose of it after the response.</summary>
        /// <param name="method">"GET".</param>
        /// <param name="target">Path and query, percent-encoded as received.</param>
        /// <param name="headers">By name; the library ignores those that it does not need.</param>
        /// <param name="clientAddress">The browser's IP address, for the log; null if it is not known.</param>
        public Request Request(
            string method, string target, IEnumerable<KeyValuePair<string, string[]>> headers, string clientAddress = null)
        {
            IntPtr made, error;
            int status = Declarations.st_request_new(
                handle.Ticket, Library.Octets(method), Library.Octets(target), out made, out error);
            Library.Check(status, error);
            GC.KeepAlive(this);
            var request = new Request(made);
            try
            {
                request.Add(headers, clientAddress);
            }
            catch
            {
                request.Dispose();
                throw;
            }

            return request;
        }

        /// <summary>The address for a "Sign in" link, a path with its query.</summary>
        /// <param name="provider">Null for the default one, or a page where the user chooses.</param>
        /// <param name="returnTo">The path to return to; null for the page with the link.</param>
        public string LoginUrl(string provider = null, string returnTo = null)
        {
            var query = new List<string>();
            if (provider != null)
            {
                query.Add("provider=" + Uri.EscapeDataString(provider));
            }

            if (returnTo != null)
            {
                query.Add("return_to=" + Uri.EscapeDataString(returnTo));
            }

            return query.Count == 0 ? LoginPath : LoginPath + "?" + string.Join("&", query);
        }

        /// <summary>Closes the application; requests made from it stay usable.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        // Methods of their own: Mono looks for the library's functions as soon as it compiles what calls them.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static Handle Open(AppOptions options, Action<LogLevel, string> log)
        {
            return new Handle(Make(options, log), Declarations.st_app_free);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static bool HasGate(Handle handle)
        {
            return Declarations.st_app_requires_login(handle.Ticket) == 1;
        }

        private static IntPtr Make(AppOptions options, Action<LogLevel, string> log)
        {
            IntPtr config, app, error;
            int status = Declarations.st_config_new(out config, out error);
            Library.Check(status, error);
            try
            {
                Load(config, options);
                Callbacks.SetLog(config, log);
                if (options.Transport != null)
                {
                    Callbacks.SetTransport(config, options.Transport);
                }

                status = Declarations.st_app_new(config, out app, out error);
                Library.Check(status, error);
                return app;
            }
            finally
            {
                Declarations.st_config_free(config);
            }
        }

        private static void Load(IntPtr config, AppOptions options)
        {
            string file = options.File;
            if (file == null && options.Toml == null && options.Settings.Count == 0)
            {
                string named = Environment.GetEnvironmentVariable("STAUTH_SECRETS");
                file = string.IsNullOrEmpty(named) ? DefaultSecrets : named;
            }

            IntPtr error;
            int status;
            if (file != null)
            {
                status = Declarations.st_config_load_file(config, Library.Text(file), out error);
                Library.Check(status, error);
            }

            if (options.Toml != null)
            {
                byte[] toml = Encoding.UTF8.GetBytes(options.Toml + "\0");
                status = Declarations.st_config_load_toml(config, toml, Library.Length(toml), out error);
                Library.Check(status, error);
            }

            foreach (KeyValuePair<string, string> setting in options.Settings)
            {
                byte[] value = Library.Text(setting.Value);
                status = Declarations.st_config_set(config, Library.Text(setting.Key), value, out error);
                Library.Check(status, error);
            }
        }

        /// <summary>What a function writes to a buffer, however long it is.</summary>
        private string Written(byte[] buffer, Writer write)
        {
            UIntPtr length, capacity = (UIntPtr)(uint)buffer.Length;
            IntPtr error;
            int status = write(buffer, capacity, out length, out error);
            GC.KeepAlive(this);
            try
            {
                Library.Check(status, error);
            }
            catch (LimitExceededException) when ((ulong)length > (ulong)capacity)
            {
                return Written(new byte[2 * checked((int)length)], write); // it may grow meanwhile
            }

            return Encoding.UTF8.GetString(buffer, 0, (int)length);
        }

        private string PathAt(IntPtr address)
        {
            string path = Library.TextAt(address);
            GC.KeepAlive(this);
            if (path == null)
            {
                throw new InvalidArgumentException("the application is closed", "invalid_handle");
            }

            return path;
        }
    }
}
