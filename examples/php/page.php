<?php

$escaped = static fn (?string $text): string => htmlspecialchars($text ?? '');
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Guest book</title>
<style>
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
  header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
  header b { flex: 1 }
  form { margin: 0 }
  .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
  .button { font: inherit; text-decoration: none }
</style>
<header>
  <b>Guest book</b>
<?php if ($user->isLoggedIn()) { ?>
  <span><?= $escaped($user['email']) ?></span>
  <form method="post" action="<?= Stauth::app()->logoutPath() ?>"><button class="button">Log out</button></form>
<?php } else { ?>
  <a class="button" href="<?= Stauth::app()->loginPath() ?>">Log in</a>
<?php } ?>
</header>
<?php if ($user->isLoggedIn()) { ?>
<h1>Hello<?= isset($user['name']) ? ', ' . $escaped($user['name']) : '' ?></h1>
<p>To <?= $escaped($user['iss']) ?> you are <?= $escaped($user['sub']) ?>.</p>
<?php } else { ?>
<h1>Hello</h1>
<p>Log in, and this page knows your name.</p>
<?php } ?>
</html>
