<?php

declare(strict_types=1);

require __DIR__ . '/helper.php';

/** The exit status of a child that runs this. */
function child(Closure $body): int
{
    $child = pcntl_fork();
    if ($child === 0) {
        posix_kill(getmypid(), $body() ? SIGKILL : SIGTERM); // no handler of the parent's runs
    }
    pcntl_waitpid($child, $status);
    return pcntl_wtermsig($status);
}

test('a child goes on with what its parent made', function () {
    [$cookie, $request] = [auth()->cookieHeader(['sub' => 'ada']), begun(['sub' => 'bob'])];
    foreach (range(1, 5) as $ignored) {
        same(SIGKILL, child(function () use ($cookie, $request) {
            $own = auth()->request('GET', '/', [['Cookie', $cookie]]);
            $own->begin();
            $users = [$own->user()['sub'], $request->user()['sub'], auth()->userFromCookie($cookie)['sub']];
            $request->close();
            return $users === ['ada', 'bob', 'ada'] && auth()->signIn() !== [];
        }));
    }
    same('bob', $request->user()['sub'], 'and the parent with its own');
});

test('the handler of a signal asks about another user', function () {
    $cookies = array_map(fn (string $sub) => auth()->cookieHeader(['sub' => $sub]), ['ada', 'bob']);
    [$handled, $found] = [0, []];
    pcntl_async_signals(true);
    pcntl_signal(SIGUSR1, function () use (&$handled, $cookies) {
        same('bob', auth()->userFromCookie($cookies[1])['sub']);
        $handled++;
    });
    [$parent, $child] = [getmypid(), pcntl_fork()];
    while ($child === 0) {
        posix_kill($parent, SIGUSR1);
        usleep(200);
    }
    while ($handled < 100) {
        $found[auth()->userFromCookie($cookies[0])['sub']] = true;
    }
    posix_kill($child, SIGKILL);
    pcntl_waitpid($child, $status);
    pcntl_signal(SIGUSR1, SIG_IGN);
    same(['ada'], array_keys($found));
});

test('the end of a program', function () {
    $begin = '$a = new Stauth\Testing\App; $r = $a->request("GET", "/"); $r->begin(); ';
    $ends = [
        '' => 0, 'exit(3);' => 3, 'posix_kill(getmypid(), SIGTERM);' => -15, 'throw new Exception("x");' => 255,
        'undefined_function();' => 255, '$a->self = $a; $r = [&$r];' => 0, 'ini_set("memory_limit", "8M"); str_repeat("x", 100_000_000);' => 255,
        'register_shutdown_function(function () use ($a) { $a->signIn(); });' => 0, '(new Fiber(fn () => $a->signIn()))->start();' => 0,
        '$f = new Fiber(function () use ($a) { $r = $a->request("GET", "/"); Fiber::suspend(); }); $f->start(); $a->close();' => 0,
        'set_time_limit(1); while (true) { $a->signIn(); }' => 255,
    ];
    foreach ($ends as $end => $expected) {
        [$status, $output] = run($begin . $end, ['STAUTH_LOG' => 'error']);
        same($expected, $status, "$end: $output");
    }
});

test('a provider that throws', function () {
    $standIn = (new ReflectionProperty(Stauth\Testing\App::class, 'provider'));
    $auth = new Stauth\Testing\App();
    (new ReflectionProperty(Stauth\Testing\StandIn::class, 'claims'))->setValue($standIn->getValue($auth), ['x' => []]);
    fails(JsonException::class, '', fn () => $auth->signIn(['sub' => 'a', 'loop' => NAN]));
    same('a', $auth->userFromCookie($auth->cookieHeader(['sub' => 'a']))['sub']);
});
