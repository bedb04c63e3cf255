using System;
using Stauth;

/// <summary>The site on HttpListener. Start: STAUTH_SECRETS=secrets.toml PORT=8501 mono GuestBook.exe</summary>
internal static class Program
{
    private static void Main()
    {
        string port = Environment.GetEnvironmentVariable("PORT");
        var auth = new App();
        var site = new LoginMiddleware(new GuestBook(auth).Serve, auth);
        using (var server = new OwinListener(site.Invoke, $"http://localhost:{port}/", $"http://127.0.0.1:{port}/"))
        {
            Console.WriteLine($"http://localhost:{port}");
            server.Run();
        }
    }
}
