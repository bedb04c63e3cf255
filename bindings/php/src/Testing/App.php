<?php

declare(strict_types=1);

namespace Stauth\Testing;

use Stauth\LoginInvalid;

/**
 * For the tests of an application: signs users in without a provider.
 *
 *     $auth = (new Stauth\Testing\App())->install();              // from here on no secrets.toml is read
 *     $cookies = $auth->signIn(['email' => 'ada@example.org']);   // name => value, for the test client
 *
 * A relying party of an invented provider, at which everybody can sign in, with its own new secret: no other application
 * accepts its cookies. The login is still complete, with every check. A test client that sends no Accept header counts as a
 * browser.
 */
final class App extends \Stauth\App
{
    private readonly string $callback;
    private readonly StandIn $provider;

    /**
     * @param list<string> $providers names of further providers, [auth.NAME] in a secrets.toml
     * @param array<string, string|int|bool> $settings more keys
     */
    public function __construct(string $redirectUri = 'http://localhost:8501/oauth2callback', array $providers = [],
        array $settings = [])
    {
        $this->callback = (string) parse_url($redirectUri, PHP_URL_PATH);
        $this->provider = new StandIn();
        $this->provider->settings = $settings
            + ['auth.redirect_uri' => $redirectUri, 'auth.cookie_secret' => bin2hex(random_bytes(32))];
        $this->provider->addProvider('auth', '');
        foreach ($providers as $name) {
            $this->provider->addProvider("auth.$name", "/$name");
        }
        parent::__construct(standIn: $this->provider);
    }

    /**
     * From now on, each Stauth\App that would read a secrets.toml is a twin of this one, which accepts the sessions of this
     * one. close() ends it.
     */
    public function install(): self
    {
        self::$installed = $this->provider;
        return $this;
    }

    public function close(): void
    {
        if (self::$installed === $this->provider) {
            self::$installed = null;
        }
        parent::close();
    }

    /** The first login fetches the metadata. */
    public function preload(): void
    {
    }

    /**
     * Signs a user in with these claims, and gives the cookies of the session. `sub` is "user" unless given.
     *
     * @param array<string, mixed> $claims
     * @return array<string, string>
     */
    public function signIn(array $claims = [], ?string $provider = null): array
    {
        [$location, $cookies] = $this->visit($this->loginUrl($provider), []);
        if (!preg_match('~^(.*)/authorize\?(.*)~', $location, $parts)) {
            throw new LoginInvalid("the login leads to $location", 'internal_error');
        }
        [, $issuer, $query] = $parts;
        parse_str($query, $asked);
        $claims = ['nonce' => $asked['nonce'], 'iss' => $issuer] + $claims + ['sub' => 'user'];
        $code = $this->provider->authorize(['sub' => (string) $claims['sub']] + $claims);
        $answer = http_build_query(['code' => $code, 'state' => $asked['state'], 'iss' => $issuer]);
        return $this->visit("$this->callback?$answer", [['cookie', self::header($cookies)]])[1];
    }

    /**
     * The same as the value of a Cookie header.
     *
     * @param array<string, mixed> $claims
     */
    public function cookieHeader(array $claims = [], ?string $provider = null): string
    {
        return self::header($this->signIn($claims, $provider));
    }

    /** @param array<string, string> $cookies */
    private static function header(array $cookies): string
    {
        return implode('; ', array_map(static fn (string $name): string => "$name=$cookies[$name]", array_keys($cookies)));
    }

    /**
     * The redirect, and the cookies that the response sets, without those that it removes.
     *
     * @param list<array{string, string}> $headers
     * @return array{string, array<string, string>}
     */
    private function visit(string $target, array $headers): array
    {
        $request = $this->request('GET', $target, $headers);
        $request->begin();
        if (($error = $request->error()) !== null) {
            throw $error;
        }
        [$location, $cookies] = ['', []];
        foreach ($request->headers() as [$name, $value]) {
            if (strcasecmp($name, 'location') === 0) {
                $location = $value;
            } elseif (strcasecmp($name, 'set-cookie') === 0 && preg_match('/^([^=]+)=([^;]+)/', $value, $cookie)) {
                $cookies[$cookie[1]] = $cookie[2];
            }
        }
        return [$location, $cookies];
    }
}
