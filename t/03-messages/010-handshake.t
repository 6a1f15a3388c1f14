use lib 't/lib';
use Test::WhatsAuth;
use Test::WhatsAuth::Blocks 'no_plan';

# The request that Meta sends when the URL is entered in its dashboard.  TOKEN
# stands for the app's verify token.
add_block_preprocessor(sub {
    my $block = shift;

    if (defined(my $query = $block->query)) {
        $query =~ s/=TOKEN\b/=$VERIFY_TOKEN/;
        $block->set_value('request', "GET /api/v1/messages?$query");
    }

    if (!defined $block->error_code) {
        $block->set_value('error_code', 403);
        $block->set_value('response_headers',
            'Content-Type: application/problem+json');
        $block->set_value('response_body_like', '"status":403,"detail":"'
            . 'hub\.mode=subscribe with an app\'s hub\.verify_token and a '
            . 'hub\.challenge is expected","error":"invalid_verify_token"')
            unless defined $block->response_body;

        # A wrong token is an error: t/10-failures/072-trouble.t
        $block->set_value('no_error_log', "[crit]\n[alert]\n[emerg]")
            unless defined $block->no_error_log;
    }
});

run_tests();

__DATA__

=== TEST 1: handshake - the app's verify token
--- query chomp
hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=TOKEN
--- error_code: 200
--- response_headers
Content-Type: text/plain
X-Content-Type-Options: nosniff
Cache-Control: no-store
--- response_body chomp
1158201444



=== TEST 2: handshake - the app's API token is no verify token
--- query chomp
hub.mode=subscribe&hub.challenge=a-Z_9&hub.verify_token=token-of-the-demo-app



=== TEST 3: handshake - another order, escapes, and parameters of others
--- query chomp
a&hub%2Everify_token=TOKEN&hub.challenge=%31&hub.mode=subscribe
--- error_code: 200
--- response_body chomp
1



=== TEST 4: handshake - a challenge of 128 bytes
--- query eval
'hub.mode=subscribe&hub.verify_token=TOKEN&hub.challenge='
. 'c' x 128
--- error_code: 200
--- response_body eval
'c' x 128



=== TEST 5: handshake - a wrong token
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=verify-token



=== TEST 6: handshake - the app secret is no verify token
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=app-secret-of-the-demo-app



=== TEST 7: handshake - no token
--- query chomp
hub.mode=subscribe&hub.challenge=1



=== TEST 8: handshake - an empty token
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=



=== TEST 9: handshake - no mode
--- query chomp
hub.challenge=1&hub.verify_token=TOKEN



=== TEST 10: handshake - another mode
--- query chomp
hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=TOKEN



=== TEST 11: handshake - no challenge
--- query chomp
hub.mode=subscribe&hub.verify_token=TOKEN



=== TEST 12: handshake - an empty challenge
--- query chomp
hub.mode=subscribe&hub.verify_token=TOKEN&hub.challenge=



=== TEST 13: handshake - a challenge that a browser would run
--- query chomp
hub.mode=subscribe&hub.verify_token=TOKEN&hub.challenge=%3Cb%3E



=== TEST 14: handshake - a challenge with a line end
--- query chomp
hub.mode=subscribe&hub.verify_token=TOKEN&hub.challenge=1%0D%0AA:b



=== TEST 15: handshake - a challenge of 129 bytes
--- query eval
'hub.mode=subscribe&hub.verify_token=TOKEN&hub.challenge='
. 'c' x 129



=== TEST 16: handshake - no query at all
--- request
GET /api/v1/messages



=== TEST 17: handshake - nothing of it is in the error log
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=a-wrong-token
--- no_error_log
a-wrong-token
[crit]



=== TEST 18: verify_token=token - the app's API token
--- app
meta app_secret=app-secret-of-another-number verify_token=token;
--- query chomp
hub.mode=subscribe&hub.challenge=a-Z_9&hub.verify_token=token-of-the-demo-app
--- error_code: 200
--- response_body chomp
a-Z_9



=== TEST 19: verify_token=token - a verify token of its own beside it
--- app
meta app_secret=app-secret-of-another-number verify_token=token;
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=TOKEN
--- error_code: 200
--- response_body chomp
1



=== TEST 20: verify_token=token - the keyword itself is no token
--- app
meta app_secret=app-secret-of-another-number verify_token=token;
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=token



=== TEST 21: verify_token=token - an unknown token
--- app
meta app_secret=app-secret-of-another-number verify_token=token;
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=token-of-the-demo-ap



=== TEST 22: handshake - the app's API token, of another app that allows it
--- http_config eval
"whatsauth_store \$TEST_NGINX_STORE;\n"
. Test::WhatsAuth::whatsauth_app(callback_url => 'http://127.0.0.1:1/')
. Test::WhatsAuth::whatsauth_app(callback_url => 'http://127.0.0.1:1/',
    name => 'other', token => 'token-of-the-other-app', verify_token => 'token')
--- query chomp
hub.mode=subscribe&hub.challenge=1&hub.verify_token=token-of-the-demo-app
