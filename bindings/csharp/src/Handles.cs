using System;
using System.Runtime.InteropServices;

namespace Stauth
{
    /// <summary>Owns a handle of the library, and frees it once: by Dispose(), or when the garbage collector finds it, or
    /// when the process ends in order.</summary>
    /// <remarks>The library's handles are tickets: it refuses one that was freed, and completes the calls that are under
    /// way. So calls get <see cref="Ticket"/>, and a call with a closed handle fails with the code "invalid_handle".
    /// </remarks>
    internal sealed class Handle : SafeHandle
    {
        private readonly Action<IntPtr> release;

        internal Handle(IntPtr made, Action<IntPtr> release)
            : base(IntPtr.Zero, true)
        {
            this.release = release;
            SetHandle(made);
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        internal IntPtr Ticket
        {
            get { return handle; }
        }

        protected override bool ReleaseHandle()
        {
            release(handle);
            return true;
        }
    }
}
