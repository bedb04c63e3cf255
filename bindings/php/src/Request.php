<?php

declare(strict_types=1);

namespace Stauth;

/** One HTTP request, and the library's part of the response. The middleware, or Stauth::request(), makes it. */
final class Request
{
    use Unique;

    /** Those that st_request_add_header() asks for; it ignores all others. */
    public const HEADERS = [
        'cookie', 'origin', 'referer', 'sec-fetch-site', 'sec-fetch-mode', 'sec-purpose', 'purpose', 'x-purpose', 'x-moz',
        'upgrade', 'content-type', 'accept', 'accept-language', 'authorization', 'dpop', 'access-control-request-method',
        'host', 'x-forwarded-host', 'x-forwarded-proto', 'x-request-id', 'secure-session-response',
        'sec-secure-session-id', 'secure-session-skipped',
    ];
    /** The most that the library accepts. */
    public const LONGEST_BODY = 64 * 1024;
    private const RESPOND = 1;
    private const WAIT = 2;

    private ?int $handle;
    private ?User $user = null;

    /**
     * @internal made by Stauth\App::request()
     * @param list<array{string, string}> $headers
     */
    public function __construct(int $app, string $method, string $target, array $headers, ?string $clientAddress,
        private readonly ?Testing\StandIn $standIn)
    {
        $block = '';
        foreach ($headers as [$name, $value]) {
            if (str_contains($value, "\0")) {
                throw new InvalidArgument('text must not contain a NUL', 'invalid_text', 400);
            }
            $block .= "$name\0$value\0";
        }
        $this->handle = Library::call('requestNew', $app, $method, $target, $block, $clientAddress);
    }

    /** True if begin() needs the request's body. */
    public function wantsBody(): bool
    {
        return $this->handle !== null && Library::native()->requestWantsBody($this->handle);
    }

    /** Passes the body, before begin(). */
    public function setBody(string $body): void
    {
        Library::call('requestSetBody', $this->handle(), $body);
    }

    /** Names the path that the application routes by, decoded, before begin(), which then judges by it. */
    public function addRoute(string $path): void
    {
        Library::call('requestAddRoute', $this->handle(), $path);
    }

    /** Reads the session. True if the library has answered: send its response. May wait for the network. */
    public function begin(): bool
    {
        $this->user = null;
        return $this->settled(Library::call('requestBegin', $this->handle())) === self::RESPOND;
    }

    /** Who sent this request. Read it before the response begins, which then says that it depends on the user. */
    public function user(): User
    {
        return $this->user ??= $this->handle === null ? User::anonymous()
            : new User(Library::native()->requestUserJson($this->handle));
    }

    /**
     * Makes the response a redirect to this provider; null is the default one, or a page where the user chooses. If it
     * throws, nothing has changed. May wait for the network.
     *
     * @param ?string $returnTo the path to return to
     * @param ?int $maxAge how many seconds ago the user may have signed in at the provider, which is enforced
     */
    public function login(?string $provider = null, ?string $returnTo = null, ?string $loginHint = null,
        ?string $prompt = null, ?string $acrValues = null, ?int $maxAge = null, ?string $uiLocales = null): void
    {
        $options = ['return_to' => $returnTo, 'login_hint' => $loginHint, 'prompt' => $prompt, 'acr_values' => $acrValues,
            'max_age' => $maxAge, 'ui_locales' => $uiLocales];
        $given = Library::texts(array_filter($options, static fn (mixed $value): bool => $value !== null));
        Library::call('requestLogin', $this->handle(), $provider, $given);
        $this->settled(self::WAIT);
    }

    /**
     * Ends the session, and makes the response a redirect to the provider's logout, or to the start page; with $local, the
     * session at the provider stays.
     *
     * @throws RequestRefused unless a page of this site sent the request
     */
    public function logout(bool $local = false): void
    {
        Library::call('requestLogout', $this->handle(), $local);
        $this->user = User::anonymous();
    }

    /**
     * True if this user may see a page for signed-in users. If not, the response is a redirect to the login, or 401 if the
     * request could not follow one. May wait for the network.
     *
     * @internal $gate and $path are for the middleware
     */
    public function requireLogin(?Gate $gate = null, ?string $path = null): bool
    {
        $action = Library::call('requestRequireLogin', $this->handle(), $gate?->handle, $path);
        return $this->settled($action) !== self::RESPOND;
    }

    /**
     * True if the provider authenticated the user at most so many seconds ago. If not, login(maxAge: $seconds) has the user
     * authenticate again, and comes back to this page.
     */
    public function isFresh(int $seconds): bool
    {
        return $this->handle !== null && Library::native()->requestIsFresh($this->handle, $seconds);
    }

    /** A token to call an API with, refreshed if it would expire soon. Requires expose_tokens with "access". */
    public function accessToken(): AccessToken
    {
        $this->user = null; // a refresh may change it
        do {
            [$action, $secret, $expiry, $scope] = Library::call('requestAccessToken', $this->handle());
        } while ($action === self::WAIT && $this->settled($action) !== self::WAIT);
        return new AccessToken($secret, $expiry ?: null, $scope);
    }

    /** Reads the user's claims anew from the provider; user() has them afterwards. */
    public function refresh(): void
    {
        $this->user = null;
        do {
            $action = Library::call('requestRefresh', $this->handle());
        } while ($action === self::WAIT && $this->settled($action) !== self::WAIT);
    }

    /** Makes the response the library's page for an error code. */
    public function refuse(string $code): void
    {
        Library::call('requestRefuse', $this->handle(), $code);
    }

    /** Why this request's login was refused; null if it was not. */
    public function error(): ?Error
    {
        $parts = $this->handle === null ? null : Library::native()->requestError($this->handle);
        return $parts === null ? null : Error::of($parts);
    }

    /** The status of the library's response; 0 if the application's page is the response; -1 after close(). */
    public function status(): int
    {
        return $this->handle === null ? -1 : Library::native()->requestStatus($this->handle);
    }

    /**
     * The headers to add to the response, the library's or the application's: pairs, in which a name may repeat.
     *
     * @return list<array{string, string}>
     */
    public function headers(): array
    {
        $parts = $this->handle === null ? [''] : explode("\0", Library::call('requestHeaders', $this->handle));
        array_pop($parts);
        return array_chunk($parts, 2);
    }

    /** The body of the library's response. */
    public function body(): string
    {
        return Library::call('requestBody', $this->handle());
    }

    /** Frees the library's memory of it. user() stays readable; other calls throw. */
    public function close(): void
    {
        if ($this->handle !== null) {
            $this->user();
            $this->free();
        }
    }

    public function __destruct()
    {
        $this->free();
    }

    private function free(): void
    {
        if (isset($this->handle)) {
            Library::native()->requestFree($this->handle);
            $this->handle = null;
        }
    }

    private function handle(): int
    {
        return $this->handle
            ?? throw new InvalidArgument('this call comes too late: the response has begun', 'out_of_sequence');
    }

    /** Answers what this request asks a provider; only in tests, where it is the test's. */
    private function settled(int $action): int
    {
        while ($action === self::WAIT && ($asked = Library::native()->requestExchange($this->handle())) !== null) {
            $answer = $this->standIn?->answer(...$asked);
            if ($answer !== null) {
                Library::call('requestRespond', $this->handle(), 200, 'application/json', $answer);
            }
            $action = Library::call('requestResume', $this->handle());
        }
        return $action;
    }
}
