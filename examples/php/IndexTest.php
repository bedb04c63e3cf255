<?php

/** Tests of the site: PHP's own server runs it with the application of Stauth\Testing. */

declare(strict_types=1);

$failed = $count = 0;

function check(string $name, bool $holds): void
{
    global $count, $failed;
    echo $holds ? 'ok ' : 'not ok ', ++$count, " - $name\n";
    $failed += $holds ? 0 : 1;
}

/** Status, headers and body. @return array{int, string, string} */
function visit(string $target, ?string $cookie = null, string $method = 'GET', string $site = 'same-origin'): array
{
    $headers = ['Host: localhost:8501', "Sec-Fetch-Site: $site", ...($cookie === null ? [] : ["Cookie: $cookie"])];
    $options = ['method' => $method, 'header' => $headers, 'ignore_errors' => true, 'follow_location' => 0];
    $body = (string) file_get_contents('http://' . ADDRESS . $target, context: stream_context_create(['http' => $options]));
    return [(int) explode(' ', $http_response_header[0])[1], implode("\n", $http_response_header), $body];
}

// The site after the fixture: no secrets.toml is read, and /sign-in gives a session.
$router = (string) tempnam(sys_get_temp_dir(), 'router');
file_put_contents($router, '<?php require ' . var_export(__DIR__ . '/vendor/autoload.php', true) . ';
    $auth = (new Stauth\Testing\App(settings: ["auth.cookie_secret" => "' . bin2hex(random_bytes(32)) . '"]))->install();
    if (str_starts_with($_SERVER["REQUEST_URI"], "/sign-in")) { exit($auth->cookieHeader($_GET)); }
    require ' . var_export(__DIR__ . '/index.php', true) . ';');
$command = [PHP_BINARY, '-S', '127.0.0.1:0', $router];
$server = proc_open($command, [2 => ['pipe', 'w']], $pipes);
do {
    $line = (string) fgets($pipes[2]);
} while (!preg_match('~http://(127\S+)\) started~', $line, $found));
define('ADDRESS', $found[1]);

$ada = visit('/sign-in?' . http_build_query(['sub' => 'ada', 'email' => 'ada@example.org', 'name' => 'Ada <3']))[2];
check('a page for everybody', str_contains(visit('/any/page')[2], 'href="/auth/login"'));
$page = visit('/any/page', $ada)[2];
foreach (['ada@example.org', 'Hello, Ada &lt;3', 'you are ada', 'action="/auth/logout"'] as $text) {
    check($text, str_contains($page, $text));
}
check('the user as JSON', str_contains(visit('/user.json', $ada)[2], '"email":"ada@example.org"'));
check('a member', visit('/members', $ada)[2] === 'Welcome, Ada <3');
check('a member without a name', visit('/members', visit('/sign-in')[2])[2] === 'Welcome, member');
check('nobody is a member', str_contains(visit('/members')[1], 'Location: https://provider.test/authorize?'));
check('a login', str_contains(visit('/login')[1], 'Location: https://provider.test/authorize?'));
[$status, , $body] = visit('/login?provider=nobody');
check('a provider that does not exist', $status === 404 && str_contains($body, 'provider_unknown'));
[$status, $headers] = visit('/logout', $ada, 'POST');
check('a logout', $status === 303 && str_contains($headers, 'Max-Age=0'));
check('a logout by another site', visit('/logout', $ada, 'POST', 'cross-site')[0] === 403);

proc_terminate($server);
unlink($router);
echo "1..$count\n";
exit($failed > 0 ? 1 : 0);
