<?php

declare(strict_types=1);

namespace Stauth\Testing;

/**
 * What an application of tests is made from: settings, and a provider inside of the process, which answers for all issuers.
 *
 * @internal
 */
final class StandIn
{
    private const ISSUER = 'https://provider.test';
    private const METADATA = '/.well-known/openid-configuration';

    /** @var array<string, string|int|bool> */
    public array $settings = [];
    /** @var array<string, array<string, mixed>> by code, and then by refresh token */
    private array $claims = [];
    private readonly string $secret;

    public function __construct()
    {
        $this->secret = bin2hex(random_bytes(32));
    }

    public function addProvider(string $section, string $folder): void
    {
        $this->settings += [
            "$section.client_id" => 'test',
            "$section.client_secret" => $this->secret,
            "$section.server_metadata_url" => self::ISSUER . $folder . self::METADATA,
            "$section.id_token_signed_response_alg" => 'HS256',
        ];
    }

    /**
     * Stands in for the user's consent: a code for these claims.
     *
     * @param array<string, mixed> $claims
     */
    public function authorize(array $claims): string
    {
        $code = bin2hex(random_bytes(16));
        $this->claims[$code] = $claims;
        return $code;
    }

    /** The answer to a request of the library's, as JSON; null for none. */
    public function answer(string $url, string $body): ?string
    {
        if (str_ends_with($url, self::METADATA)) {
            return json_encode(self::metadata(substr($url, 0, -strlen(self::METADATA))), JSON_THROW_ON_ERROR);
        }
        if (str_ends_with($url, '/keys')) {
            return '{"keys":[]}'; // the ID token is signed with the client's secret
        }
        parse_str($body, $form);
        $code = $form['code'] ?? $form['refresh_token'] ?? '';
        $claims = $this->claims[$code] ?? null;
        unset($this->claims[$code]);
        return $claims === null ? null : json_encode([
            'access_token' => bin2hex(random_bytes(8)),
            'token_type' => 'Bearer',
            'expires_in' => 3600,
            'refresh_token' => $this->authorize($claims),
            'id_token' => $this->idToken($claims),
        ], JSON_THROW_ON_ERROR);
    }

    /** @return array<string, mixed> */
    private static function metadata(string $issuer): array
    {
        return [
            'issuer' => $issuer,
            'authorization_endpoint' => "$issuer/authorize",
            'token_endpoint' => "$issuer/token",
            'jwks_uri' => "$issuer/keys",
            'response_types_supported' => ['code'],
            'subject_types_supported' => ['public'],
            'id_token_signing_alg_values_supported' => ['HS256'],
            'authorization_response_iss_parameter_supported' => true,
        ];
    }

    /** @param array<string, mixed> $claims */
    private function idToken(array $claims): string
    {
        $parts = [['alg' => 'HS256'], $claims + ['aud' => 'test', 'iat' => time(), 'exp' => time() + 300]];
        $signed = implode('.', array_map(static fn (array $part): string => self::encoded(
            json_encode($part, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION)), $parts));
        return "$signed." . self::encoded(hash_hmac('sha256', $signed, $this->secret, true));
    }

    private static function encoded(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
