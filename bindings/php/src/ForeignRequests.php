<?php

declare(strict_types=1);

namespace Stauth;

use FFI;
use FFI\CData;

/**
 * The part of Stauth\ForeignFunctions about requests.
 *
 * @internal
 */
trait ForeignRequests
{
    public function requestNew(int $app, string $method, string $target, string $headers, ?string $address,
        mixed &$error): int
    {
        if (!$this->areTexts([$method, $target, $address], $error)) {
            return 0;
        }
        [$out, $slot] = [$this->output('st_request *[1]'), $this->slot()];
        if (!$this->check($this->ffi->st_request_new($this->app($app), $method, $target, $out, $slot), $slot, $error)) {
            return 0;
        }
        $status = $this->ffi->st_request_add_headers($out[0], $headers, strlen($headers), $slot);
        $status = $status ?: ($address === null ? 0 : $this->ffi->st_request_set_client_address($out[0], $address, $slot));
        if ($this->check($status, $slot, $error)) {
            return $this->number($out[0]);
        }
        $this->ffi->st_request_free($out[0]);
        return 0;
    }

    public function requestSetBody(int $request, string $body, mixed &$error): void
    {
        $this->call('set_body', $request, $error, $body, strlen($body));
    }

    public function requestAddRoute(int $request, string $path, mixed &$error): void
    {
        $this->call('add_route', $request, $error, $path, strlen($path));
    }

    public function requestWantsBody(int $request): bool
    {
        return $this->ffi->st_request_wants_body($this->request($request)) === 1;
    }

    public function requestBegin(int $request, mixed &$error): int
    {
        return $this->action('begin', $request, $error);
    }

    public function requestResume(int $request, mixed &$error): int
    {
        return $this->action('resume', $request, $error);
    }

    /** @return ?list<string> */
    public function requestExchange(int $request): ?array
    {
        $exchange = $this->ffi->st_request_exchange($this->request($request));
        [$body, $length] = $this->bytes();
        if ($exchange === null || $this->ffi->st_exchange_body($exchange, $body, $length, null) !== 0) {
            return null;
        }
        return [$this->ffi->st_exchange_url($exchange), FFI::string($body[0], $length[0])];
    }

    public function requestRespond(int $request, int $status, string $type, string $body, mixed &$error): void
    {
        if (!$this->areTexts([$type], $error)) {
            return;
        }
        $slot = $this->slot();
        $exchange = $this->ffi->st_request_exchange($this->request($request));
        $failed = $this->ffi->st_exchange_add_header($exchange, 'Content-Type', $type, $slot);
        $failed = $failed ?: $this->ffi->st_exchange_respond($exchange, $status, $body, strlen($body), $slot);
        $this->check($failed, $slot, $error);
    }

    /** @param array<string, string> $options */
    public function requestLogin(int $request, ?string $provider, array $options, mixed &$error): void
    {
        if (!$this->areTexts([$provider, ...array_keys($options), ...array_values($options)], $error)) {
            return;
        }
        foreach ($options as $key => $value) {
            if (!$this->call('set', $request, $error, $key, $value)) {
                array_map(fn (string $other) => $this->call('set', $request, $ignored, $other, null), array_keys($options));
                return;
            }
        }
        $this->call('login', $request, $error, $provider);
    }

    public function requestLogout(int $request, bool $isLocal, mixed &$error): void
    {
        if (!$isLocal || $this->call('set', $request, $error, 'logout', 'local')) {
            $this->call('logout', $request, $error);
        }
    }

    public function requestRequireLogin(int $request, ?int $gate, ?string $path, mixed &$error): int
    {
        $handle = $gate === null ? null : $this->as('st_gate *', $gate);
        return $this->action('require_login', $request, $error, $handle, $path, strlen($path ?? ''));
    }

    public function requestRefuse(int $request, string $code, mixed &$error): void
    {
        if ($this->areTexts([$code], $error)) {
            $this->call('refuse', $request, $error, $code);
        }
    }

    public function requestUserJson(int $request): string
    {
        [$json, $length] = $this->bytes();
        $status = $this->ffi->st_request_user_json($this->request($request), $json, $length, null);
        return $status === 0 ? FFI::string($json[0], $length[0]) : '{"is_logged_in":false}';
    }

    public function requestIsFresh(int $request, int $seconds): bool
    {
        return $this->ffi->st_request_is_fresh($this->request($request), $seconds) === 1;
    }

    /** @return list<mixed> */
    public function requestAccessToken(int $request, mixed &$error): array
    {
        [$token, $expiry, $scope] = [$this->bytes()[0], $this->output('int64_t[1]'), $this->bytes()[0]];
        $action = $this->action('access_token', $request, $error, after: [$token, $expiry, $scope]);
        if ($error !== null) {
            return [];
        }
        $texts = array_map(static fn (CData $text) => $text[0] === null ? '' : FFI::string($text[0]), [$token, $scope]);
        return [$action, $texts[0], $expiry[0], $texts[1]];
    }

    public function requestRefresh(int $request, mixed &$error): int
    {
        return $this->action('refresh', $request, $error);
    }

    /** @return ?list<mixed> */
    public function requestError(int $request): ?array
    {
        $error = $this->ffi->st_request_error($this->request($request));
        return $error === null ? null : $this->described($this->ffi->st_error_status($error), $error);
    }

    public function requestStatus(int $request): int
    {
        return $this->ffi->st_request_response_status($this->request($request));
    }

    public function requestHeaders(int $request, mixed &$error): string
    {
        return $this->read('response_headers', $request, $error);
    }

    public function requestBody(int $request, mixed &$error): string
    {
        return $this->read('response_body', $request, $error);
    }

    public function requestFree(int $request): void
    {
        $this->ffi->st_request_free($this->request($request));
    }

    private function request(int $number): CData
    {
        return $this->as('st_request *', $number);
    }

    /** Outputs for text and its length. @return array{CData, CData} */
    private function bytes(): array
    {
        return [$this->output('const char *[1]'), $this->output('size_t[1]')];
    }

    private function call(string $name, int $request, mixed &$error, mixed ...$arguments): bool
    {
        $slot = $this->slot();
        return $this->check($this->ffi->{"st_request_$name"}($this->request($request), ...$arguments, ...[$slot]), $slot,
            $error);
    }

    /** A call with an action. @param list<CData> $after */
    private function action(string $name, int $request, mixed &$error, mixed $gate = null, mixed $path = null,
        ?int $length = null, array $after = []): int
    {
        $action = $this->output('st_action[1]');
        $before = $length === null ? [] : [$gate, $path, $length];
        return $this->call($name, $request, $error, ...$before, ...[$action], ...$after) ? $action[0] : 1;
    }

    private function read(string $name, int $request, mixed &$error): string
    {
        [$text, $length] = $this->bytes();
        return $this->call($name, $request, $error, $text, $length) ? FFI::string($text[0], $length[0]) : '';
    }
}
