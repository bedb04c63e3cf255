using System;
using System.Collections.Generic;

namespace Stauth
{
    /// <summary>One HTTP request, and the library's part of the response. An adapter makes one for each. Threads may share
    /// it; their calls wait for one another.</summary>
    public sealed partial class Request : IDisposable
    {
        /// <summary>The longest body that the library accepts. Pass a byte more of a longer one, so that it is refused.
        /// </summary>
        public const int LongestBody = 64 * 1024;
        private static readonly KeyValuePair<string, string>[] NoOptions = { };
        private static readonly List<KeyValuePair<string, string>> NoHeaders = new List<KeyValuePair<string, string>>();
        private readonly object turn = new object();
        private readonly Handle handle;
        private User user; // as far as it was read
        private bool isLate; // the response has begun

        internal Request(IntPtr made)
        {
            handle = new Handle(made, Declarations.st_request_free);
        }

        /// <summary>Whether <see cref="Begin"/> needs the request's body.</summary>
        public bool WantsBody
        {
            get { return Ask(Declarations.st_request_wants_body) == 1; }
        }

        /// <summary>Who sent this request. Read it before the response begins, which then says that it depends on the user.
        /// After Dispose(), what was read before.</summary>
        public User User
        {
            get
            {
                lock (turn)
                {
                    return user = user ?? ReadUser();
                }
            }
        }

        /// <summary>Why this request's login was refused; null if it was not.</summary>
        public StauthException Error
        {
            get
            {
                lock (turn)
                {
                    IntPtr error = Declarations.st_request_error(handle.Ticket);
                    StauthException found = error == IntPtr.Zero
                        ? null : Library.Failure(Declarations.st_error_status(error), error);
                    GC.KeepAlive(this); // what was read belongs to it
                    return found;
                }
            }
        }

        /// <summary>The status of the library's response; 0 if the program's page is the response; -1 after Dispose().
        /// </summary>
        public int Status
        {
            get { return Ask(Declarations.st_request_response_status); }
        }

        /// <summary>Passes the body, before <see cref="Begin"/>.</summary>
        /// <param name="body">At most <see cref="LongestBody"/> bytes.</param>
        public void SetBody(byte[] body)
        {
            byte[] given = body.Length > 0 ? body : new byte[1]; // no bytes are not NULL
            Do((IntPtr request, out IntPtr error) =>
                Declarations.st_request_set_body(request, given, (UIntPtr)(uint)body.Length, out error));
        }

        /// <summary>Names the path that the program routes by, before <see cref="Begin"/>, which then judges by it.</summary>
        /// <param name="path">Decoded, without the query.</param>
        public void AddRoute(string path)
        {
            byte[] text = Library.Text(path);
            Do((IntPtr request, out IntPtr error) =>
                Declarations.st_request_add_route(request, text, Library.Length(text), out error));
        }

        /// <summary>Reads the session. False if the library has answered: send its response. May wait for the network.
        /// </summary>
        public bool Begin()
        {
            int action = Library.Respond;
            lock (turn)
            {
                Do((IntPtr request, out IntPtr error) => Declarations.st_request_begin(request, out action, out error));
                user = null;
            }

            return action != Library.Respond;
        }

        /// <summary>Makes the response a redirect to this provider, in place of whatever the program writes. If it throws,
        /// nothing has changed. May wait for the network.</summary>
        /// <param name="provider">Null for the default one, or a page where the user chooses.</param>
        /// <param name="options">Of this login alone.</param>
        public void Login(string provider = null, LoginOptions options = null)
        {
            byte[] name = Library.Text(provider);
            With(options == null ? NoOptions : options.Values(), (IntPtr request, out IntPtr error) =>
                Declarations.st_request_login(request, name, out error));
        }

        /// <summary>Ends the session, and makes the response a redirect to the provider's logout, or to the start page. Throws
        /// a RequestRefusedException unless a page of this site sent the request.</summary>
        /// <param name="local">Whether the session at the provider stays.</param>
        public void Logout(bool local = false)
        {
            var here = new KeyValuePair<string, string>("logout", "local");
            lock (turn)
            {
                With(local ? new[] { here } : NoOptions, Declarations.st_request_logout);
                user = User.Anonymous;
            }
        }

        /// <summary>For a page for signed-in users. False if this user may not see it: the response is a redirect to the
        /// login, or 401 if the request could not follow one. May wait for the network.</summary>
        public bool RequireLogin()
        {
            return RequireLogin(IntPtr.Zero, null);
        }

        /// <summary>Whether the provider authenticated the user at most this long ago. If not, a login with MaxAge has the user
        /// authenticate again, and comes back to this page.</summary>
        /// <param name="age">Whole seconds count.</param>
        public bool IsFresh(TimeSpan age)
        {
            return Ask(request => Declarations.st_request_is_fresh(request, (long)age.TotalSeconds)) == 1;
        }

        /// <summary>A token to call an API with, refreshed if it would expire soon. Requires expose_tokens with "access". May
        /// wait for the network.</summary>
        public AccessToken GetAccessToken()
        {
            int action;
            long expiry = 0;
            IntPtr token = IntPtr.Zero, scope = IntPtr.Zero;
            lock (turn)
            {
                RefuseIfLate();
                try
                {
                    Do((IntPtr request, out IntPtr error) => Declarations.st_request_access_token(
                        request, out action, out token, out expiry, out scope, out error));
                    DateTimeOffset? end = null;
                    if (expiry != 0)
                    {
                        end = DateTimeOffset.FromUnixTimeSeconds(expiry);
                    }

                    return new AccessToken(Library.TextAt(token), end, Library.TextAt(scope));
                }
                finally
                {
                    user = null; // a refresh may have changed it
                }
            }
        }

        /// <summary>Reads the user's claims anew from the provider; <see cref="User"/> has them afterwards. May wait for the
        /// network.</summary>
        public void Refresh()
        {
            int action;
            lock (turn)
            {
                RefuseIfLate();
                try
                {
                    Do((IntPtr request, out IntPtr error) => Declarations.st_request_refresh(request, out action, out error));
                }
                finally
                {
                    user = null;
                }
            }
        }

        /// <summary>Makes the response the library's page for an error.</summary>
        /// <param name="code">Of <see cref="StauthException.Code"/>.</param>
        public void Refuse(string code)
        {
            byte[] text = Library.Text(code);
            Do((IntPtr request, out IntPtr error) => Declarations.st_request_refuse(request, text, out error));
        }

        /// <summary>The headers to add to the response, the library's or the program's; a name may repeat. The response begins
        /// now: from here on, Login() and its like fail with the code "out_of_sequence". None after Dispose().</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Headers()
        {
            lock (turn)
            {
                isLate = true;
                return Read(Declarations.st_request_response_headers, NoHeaders, (block, length) =>
                    HeaderBlock.Read(Library.TextAt(block, length)));
            }
        }

        /// <summary>The body of the library's response, HTML in UTF-8; empty after Dispose().</summary>
        public byte[] Body()
        {
            return Read(Declarations.st_request_response_body, new byte[0], Library.BytesAt);
        }

        /// <summary>Frees the library's memory of it. <see cref="User"/> stays readable. Calling it again does nothing.
        /// </summary>
        public void Dispose()
        {
            lock (turn)
            {
                isLate = true;
                user = user ?? ReadUser();
                handle.Dispose();
            }
        }

        internal bool RequireLogin(IntPtr gate, byte[] path)
        {
            UIntPtr length = path == null ? UIntPtr.Zero : Library.Length(path);
            int action = Library.Respond;
            lock (turn)
            {
                RefuseIfLate();
                Do((IntPtr request, out IntPtr error) =>
                    Declarations.st_request_require_login(request, gate, path, length, out action, out error));
            }

            return action != Library.Respond;
        }

        internal void Add(IEnumerable<KeyValuePair<string, string[]>> headers, string clientAddress)
        {
            byte[] block = HeaderBlock.Of(headers);
            if (block.Length > 0)
            {
                Do((IntPtr request, out IntPtr error) =>
                    Declarations.st_request_add_headers(request, block, (UIntPtr)(uint)block.Length, out error));
            }

            if (clientAddress != null)
            {
                byte[] address = Library.Text(clientAddress);
                Do((IntPtr request, out IntPtr error) =>
                    Declarations.st_request_set_client_address(request, address, out error));
            }
        }
    }
}
