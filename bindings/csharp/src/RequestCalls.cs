using System;
using System.Collections.Generic;

namespace Stauth
{
    /// <content>How a request calls the library.</content>
    public sealed partial class Request
    {
        private delegate int Call(IntPtr request, out IntPtr error);

        private delegate int ReadingCall(IntPtr request, out IntPtr address, out UIntPtr length, out IntPtr error);

        private User ReadUser()
        {
            return Read(Declarations.st_request_user_json, User.Anonymous, (json, length) =>
                new User(Library.TextAt(json, length)));
        }

        private void Do(Call call)
        {
            lock (turn)
            {
                IntPtr error;
                int status = call(handle.Ticket, out error);
                Library.Check(status, error);
            }
        }

        /// <summary>What a call gives to read, which belongs to this request; the other value if it fails, which means only
        /// that there is nothing to read.</summary>
        private T Read<T>(ReadingCall call, T otherwise, Func<IntPtr, UIntPtr, T> read)
        {
            lock (turn)
            {
                IntPtr address, error;
                UIntPtr length;
                if (call(handle.Ticket, out address, out length, out error) != 0)
                {
                    Declarations.st_error_free(error);
                    return otherwise;
                }

                T found = read(address, length);
                GC.KeepAlive(this); // no finalizer may free it earlier
                return found;
            }
        }

        private int Ask(Func<IntPtr, int> question)
        {
            lock (turn)
            {
                return question(handle.Ticket);
            }
        }

        /// <summary>Sets options for a call, which uses them up. If one is refused, none is left for another call.</summary>
        private void With(IEnumerable<KeyValuePair<string, string>> options, Call call)
        {
            lock (turn)
            {
                RefuseIfLate();
                try
                {
                    foreach (KeyValuePair<string, string> option in options)
                    {
                        Set(option.Key, Library.Text(option.Value));
                    }
                }
                catch (StauthException)
                {
                    foreach (KeyValuePair<string, string> option in options)
                    {
                        Set(option.Key, null);
                    }

                    throw;
                }

                Do(call);
            }
        }

        private void Set(string key, byte[] value)
        {
            byte[] name = Library.Text(key);
            Do((IntPtr request, out IntPtr error) => Declarations.st_request_set(request, name, value, out error));
        }

        private void RefuseIfLate()
        {
            if (isLate)
            {
                throw new InvalidArgumentException("this call is late: the response has begun", "out_of_sequence");
            }
        }
    }
}
