<?php

/** A site with a login. Start: STAUTH_SECRETS=secrets.toml php -S localhost:8501 index.php, or ./serve.sh 8501 */

declare(strict_types=1);

require __DIR__ . '/vendor/autoload.php';

$path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
$user = Stauth::user(); // the library's own paths end here

// Every path shows the page, but for those below.
if ($path === '/user.json') {
    header('Content-Type: application/json');
    echo $user->toJson();
} elseif ($path === '/login') {
    Stauth::login(isset($_GET['provider']) ? (string) $_GET['provider'] : null);
} elseif ($path === '/logout' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    Stauth::logout();
} elseif ($path === '/members') {
    header('Content-Type: text/plain; charset=utf-8');
    echo 'Welcome, ', Stauth::protect()['name'] ?? 'member';
} else {
    require __DIR__ . '/page.php';
}
