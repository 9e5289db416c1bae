<?php
// Settings of CRest 1.36. The only change against a module that talks to the portal itself is the address:
// it names the gateway, and the caller's key stands where the webhook code stood.
define('C_REST_WEB_HOOK_URL', getenv('GATEWAY_HOOK') ?: 'https://gateway.example/rest/1/KEY/');
define('C_REST_BLOCK_LOG', true);
