<?php

declare(strict_types=1);

namespace Stauth;

/**
 * Closes an application to all but signed-in users, except for open paths. The library judges.
 *
 * @internal
 */
final class Gate
{
    use Unique;

    public readonly int $handle;

    /** @param list<string> $openPaths */
    public function __construct(array $openPaths)
    {
        $this->handle = Library::call('gateNew', array_map(Library::text(...), array_values($openPaths)));
    }

    public function __destruct()
    {
        if (isset($this->handle)) {
            Library::native()->gateFree($this->handle);
        }
    }
}
