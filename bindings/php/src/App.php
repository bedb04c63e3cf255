<?php

declare(strict_types=1);

namespace Stauth;

/**
 * A relying party: checked settings, keys, and what is cached of the providers. With the extension, a process keeps one for
 * each secrets.toml from one of PHP's requests to the next, and makes it anew when the file changes.
 */
class App
{
    use Unique;

    private const DEFAULT_SECRETS = '.streamlit/secrets.toml';

    /** @internal settings and provider of applications that would read a file; set by Stauth\Testing\App */
    public static ?Testing\StandIn $installed = null;

    private ?int $handle;
    /** @var list<mixed> */
    private readonly array $paths;
    private readonly ?Testing\StandIn $standIn;

    /**
     * @param ?string $secrets the path of a secrets.toml; by default $STAUTH_SECRETS, otherwise .streamlit/secrets.toml
     * @param ?string $toml the text of one instead
     * @param array<string, string|int|bool> $settings single keys that replace its keys, ['auth.port' => 8501], or all keys
     * @throws ConfigurationError which lists all problems
     * @throws LibraryNotFound
     */
    public function __construct(?string $secrets = null, ?string $toml = null, array $settings = [],
        ?Testing\StandIn $standIn = null)
    {
        if ($secrets !== null && $toml !== null) {
            throw new \ValueError('pass a path or TOML, not both');
        }
        $isFile = $toml === null && $settings === [];
        $this->standIn = $standIn ?? ($isFile ? self::$installed : null);
        if ($this->standIn !== null) {
            $this->handle = $this->make(null, null, $this->standIn->settings);
        } elseif ($isFile) {
            $this->handle = Library::call('appShared', $secrets ?? (getenv('STAUTH_SECRETS') ?: self::DEFAULT_SECRETS));
        } else {
            $this->handle = $this->make($secrets, $toml, $settings);
        }
        $this->paths = Library::native()->appPaths($this->handle) ?? [];
    }

    /** @param array<string, string|int|bool> $settings */
    private function make(?string $secrets, ?string $toml, array $settings): int
    {
        return Library::call('appNew', $secrets, $toml, Library::texts($settings), $this->standIn !== null);
    }

    /** True if the settings require a login for the pages of the site. */
    public function requiresLogin(): bool
    {
        return $this->paths[2];
    }

    /** Fetches metadata and keys of all providers, so the first login need not. May wait for the network. */
    public function preload(): void
    {
        Library::call('appPreload', $this->handle());
    }

    /** Who sent this Cookie header? Never waits, but for a session store. */
    public function userFromCookie(?string $cookie): User
    {
        return $cookie === null ? User::anonymous() : new User(Library::call('userFromCookie', $this->handle(), $cookie));
    }

    /**
     * The numbers for monitoring, of this process; docs/monitoring.md describes them.
     *
     * @return array<string, mixed>
     */
    public function stats(): array
    {
        return json_decode(Library::call('appStats', $this->handle(), false), true, 512, JSON_THROW_ON_ERROR);
    }

    /** The same as text for Prometheus, of the type "text/plain; version=0.0.4". */
    public function statsPrometheus(): string
    {
        return Library::call('appStats', $this->handle(), true);
    }

    /**
     * One HTTP request.
     *
     * @param string $target path and query, percent-encoded as received
     * @param iterable<array{string, string}> $headers pairs of a name and a value
     * @param ?string $clientAddress the browser's IP address, for the log
     */
    public function request(string $method, string $target, iterable $headers = [], ?string $clientAddress = null): Request
    {
        $known = [];
        $accepts = false;
        foreach ($headers as [$name, $value]) {
            $name = strtolower($name);
            if (in_array($name, Request::HEADERS, true)) {
                $known[] = [$name, $value];
                $accepts = $accepts || $name === 'accept';
            }
        }
        if ($this->standIn !== null && !$accepts) {
            $known[] = ['accept', 'text/html']; // a test client counts as a browser
        }
        return new Request($this->handle(), $method, $target, $known, $clientAddress, $this->standIn);
    }

    /** The path that begins a login, "/auth/login". */
    public function loginPath(): string
    {
        return $this->paths[0];
    }

    /** The path that ends the session by POST, and asks first by GET: "/auth/logout". */
    public function logoutPath(): string
    {
        return $this->paths[1];
    }

    /**
     * The paths to which providers send users back: one, unless providers have their own redirect_uri.
     *
     * @return list<string>
     */
    public function callbackPaths(): array
    {
        return array_slice($this->paths, 3);
    }

    /** The address for a "Sign in" link. $returnTo: the path to return to; null for the page with the link. */
    public function loginUrl(?string $provider = null, ?string $returnTo = null): string
    {
        $query = http_build_query(['provider' => $provider, 'return_to' => $returnTo]);
        return $this->loginPath() . ($query === '' ? '' : "?$query");
    }

    /** Closes the application, unless the process keeps it; requests made from it stay usable. */
    public function close(): void
    {
        if ($this->handle !== null) {
            Library::native()->appFree($this->handle);
            $this->handle = null;
        }
    }

    public function __destruct()
    {
        if (isset($this->handle)) {
            $this->close();
        }
    }

    private function handle(): int
    {
        return $this->handle ?? throw new InvalidArgument('the application is closed', 'invalid_handle');
    }
}
