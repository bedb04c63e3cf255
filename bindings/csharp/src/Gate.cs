using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Stauth
{
    /// <summary>Closes a site to all but signed-in users: by require_login in the settings, and by its own open paths. A page
    /// is open only if both leave it open. The library judges. Adapters of web frameworks have one; all threads may use it.
    /// </summary>
    public sealed class Gate
    {
        private static readonly string[] NoRoutes = { };
        private readonly bool isInSettings;
        private readonly Handle handle; // null if only the settings count

        /// <summary>A gate that closes only what the settings close.</summary>
        /// <param name="app">The application.</param>
        public Gate(App app)
        {
            isInSettings = app.RequiresLogin;
        }

        /// <summary>A gate that closes all paths but these.</summary>
        /// <param name="app">The application.</param>
        /// <param name="openPaths">"/health" is that path alone, "/static/" that folder and all below it.</param>
        public Gate(App app, IReadOnlyList<string> openPaths)
            : this(app)
        {
            handle = new Handle(Make(openPaths), Declarations.st_gate_free);
        }

        /// <summary>Begins the request, and judges by the path that the program routes by. False if the library has answered:
        /// send its response.</summary>
        /// <param name="request">A new request.</param>
        /// <param name="routes">That path, decoded, without the query; if several are possible, all of them must be open.
        /// </param>
        public bool Begin(Request request, params string[] routes)
        {
            foreach (string route in isInSettings ? routes : NoRoutes)
            {
                request.AddRoute(route);
            }

            bool proceeds = request.Begin();
            foreach (string route in handle == null ? NoRoutes : routes)
            {
                proceeds = proceeds && request.RequireLogin(handle.Ticket, Library.Text(route));
            }

            GC.KeepAlive(this);
            return proceeds;
        }

        private static IntPtr Make(IReadOnlyList<string> openPaths)
        {
            var pins = new List<GCHandle>();
            var addresses = new IntPtr[openPaths.Count + 1];
            try
            {
                for (int index = 0; index < openPaths.Count; index++)
                {
                    pins.Add(GCHandle.Alloc(Library.Text(openPaths[index]), GCHandleType.Pinned));
                    addresses[index] = pins[index].AddrOfPinnedObject();
                }

                IntPtr made, error;
                int status = Declarations.st_gate_new(addresses, (UIntPtr)(uint)openPaths.Count, out made, out error);
                Library.Check(status, error);
                return made;
            }
            finally
            {
                pins.ForEach(pin => pin.Free());
            }
        }
    }
}
