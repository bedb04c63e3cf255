<?php

/** Loads the classes of this folder, for programs without Composer. */

declare(strict_types=1);

require_once __DIR__ . '/src/errors.php';

spl_autoload_register(static function (string $class): void {
    $name = $class === 'Stauth' ? $class : (str_starts_with($class, 'Stauth\\') ? substr($class, 7) : '');
    $file = __DIR__ . '/src/' . strtr($name, '\\', '/') . '.php';
    if ($name !== '' && is_file($file)) {
        require_once $file;
    }
});
