use lib 't/lib';
use Test::WhatsAuth;
use Test::WhatsAuth::Blocks 'no_plan';

# Every refusal of a token looks the same.
add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value('request', 'GET /api/v1/verification_code')
        unless $block->request;

    if (!defined $block->error_code) {
        $block->set_value('error_code', 401);
        $block->set_value('response_headers', <<'END');
WWW-Authenticate: Bearer
Content-Type: application/problem+json
Cache-Control: no-store
whatsauth-id:
END
        $block->set_value('response_body', '{"title":"Invalid token",'
            . '"status":401,"detail":"Authorization: Bearer with an app\'s '
            . 'token is needed","error":"invalid_token"}');
    }
});

our $Apps = "whatsauth_store \$TEST_NGINX_STORE;\n"
    . whatsauth_app(callback_url => 'http://127.0.0.1:1/')
    . whatsauth_app(name => 'two', token => 'token-of-tenant-two',
                    phone => '+14155552671',
                    callback_url => 'http://127.0.0.1:1/');

no_long_string();
run_tests();

__DATA__

=== TEST 1: token - none
--- more_headers
Accept: */*



=== TEST 2: token - wrong
--- more_headers
Authorization: Bearer token-of-the-demo-apq



=== TEST 3: token - a prefix of the right one
--- more_headers
Authorization: Bearer token-of-the-demo-ap



=== TEST 4: token - the right one and a byte more
--- more_headers
Authorization: Bearer token-of-the-demo-apps



=== TEST 5: token - in the other case
--- more_headers
Authorization: Bearer TOKEN-OF-THE-DEMO-APP



=== TEST 6: token - another scheme
--- more_headers
Authorization: Basic token-of-the-demo-app



=== TEST 7: token - no scheme
--- more_headers
Authorization: token-of-the-demo-app



=== TEST 8: token - no space after the scheme
--- more_headers
Authorization: Bearertoken-of-the-demo-app



=== TEST 9: token - empty
--- more_headers
Authorization: Bearer



=== TEST 10: token - only spaces
--- raw_request eval
"GET /api/v1/verification_code HTTP/1.1\r
Host: localhost\r
Connection: close\r
Authorization: Bearer    \r\n\r\n"



=== TEST 11: token - 4000 bytes
--- more_headers eval
'Authorization: Bearer ' . 'x' x 4000



=== TEST 12: token - in the query
--- request
GET /api/v1/verification_code?token=token-of-the-demo-app
--- more_headers
Accept: */*



=== TEST 13: token - the scheme in lower case
--- more_headers
authorization: bearer token-of-the-demo-app
--- error_code: 200



=== TEST 14: token - several spaces before it
--- more_headers
Authorization: Bearer   token-of-the-demo-app
--- error_code: 200



=== TEST 15: token - the token decides the app
--- http_config eval: $::Apps
--- more_headers
Authorization: Bearer token-of-tenant-two
--- error_code: 200
--- response_body_like: wa\.me/\+14155552671\?



=== TEST 16: token - the other app's
--- http_config eval: $::Apps
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- error_code: 200
--- response_body_like: wa\.me/\+56943426553\?
