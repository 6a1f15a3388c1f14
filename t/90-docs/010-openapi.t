# docs/openapi.yaml is a valid OpenAPI document, and agrees with the tables of
# the code and the responses of the server.

use strict;
use warnings;

use lib 't/lib';
use CPAN::Meta::YAML ();
use File::Path qw( make_path );
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;

my $MODULE = "$TOP/ngx_http_whatsauth_module";
my $FILE = "$TOP/docs/openapi.yaml";
my $VALIDATOR = '@seriousme/openapi-schema-validator@2.11.0';

my @METHODS = qw( get head post put delete options patch trace );

# A machine without a way to the registry must not wait for it.
my $NPM = 'npm install --no-audit --no-fund --ignore-scripts'
          . ' --fetch-retries=0 --fetch-timeout=20000';

my $yaml = slurp($FILE);
my $api = CPAN::Meta::YAML->read_string($yaml)->[0];
my $text = slurp("$TOP/docs/API.md");
my %source = map { s{.*/}{}r => slurp($_) } glob "$MODULE/{,*/}*.[ch]";
my $code = join '', map { $source{$_} } sort keys %source;


sub slurp {
    my ($file) = @_;

    open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    local $/;
    return <$in>;
}


sub words {
    my ($table, $pattern) = @_;

    $code =~ /\b$table\[[^=;{]*=\s*\{(.*?)^\};/ms
        or die "no table $table in the code\n";
    my $body = $1 =~ s{/\*.*?\*/}{}gsr;

    return $body =~ /$pattern/g;
}


# The words of an X-macro of the store

sub store_words {
    my ($macro) = @_;

    slurp("$TOP/ledger/word.h") =~ /define $macro\(X\)(.*?)\n\n/s
        or die "no table $macro in the store\n";

    return $1 =~ /"(\w+)"/g;
}


sub same {
    my ($title, $described, $coded) = @_;

    my $expected = join ' ', sort @$coded;
    my $got = join ' ', sort @$described;

    ok $expected ne '' && $got eq $expected, $title
        or diag "openapi.yaml: $got\nthe code:     $expected";
}


# A node, or the target of its $ref.

sub node {
    my ($node) = @_;

    while (ref $node eq 'HASH' && exists $node->{'$ref'}) {
        my ($path) = $node->{'$ref'} =~ m{^#/(.*)} or return;

        $node = $api;
        for my $name (split m{/}, $path) {
            $node = ref $node eq 'HASH' ? $node->{$name} : undef;
        }
    }

    return $node;
}


sub methods {
    my ($path) = @_;

    return grep { $api->{paths}{$path}{$_} } @METHODS;
}


# The document

is $api->{openapi}, '3.1.0', 'the document is OpenAPI 3.1';

my ($version) = $code =~ /NGX_HTTP_WHATSAUTH_VERSION\s+"([^"]+)"/;
is $api->{info}{version}, $version, 'the version is that of the code';

my @broken = grep { !node({ '$ref' => $_ }) } $yaml =~ /\$ref: '([^']*)'/g;
is "@broken", '', 'every $ref leads somewhere';

my %used = map { $_ => 1 } $yaml =~ m{\$ref: '#/components/([\w/]+)'}g;
my @unused = grep { !$used{$_} }
             map { my $kind = $_; map { "$kind/$_" }
                   keys %{ $api->{components}{$kind} } }
             grep { $_ ne 'securitySchemes' } keys %{ $api->{components} };
is "@unused", '', 'every component is used';


# Endpoints and their parameters

my %first = map { m{^/(\w+/?)} ? ($1 => 1) : ($_ => 1) }
            keys %{ $api->{paths} };
my @faces = map { slurp($_) } glob "$MODULE/face/*.c";
same('endpoints', [ keys %first ],
    [ map { /_face = \{\s*ngx_string\("([^"]+)"\)/g } @faces ]);

my @formats = words('ngx_http_whatsauth_qr_formats',
                    qr/"(\.\w+)"\), "([^"]+)"/);
my @images;

for my $path (grep { m{^/qr/} } keys %{ $api->{paths} }) {
    my $answer = $api->{paths}{$path}{get}{responses}{200};
    push @images, $path =~ s{.*\}}{}r, keys %{ $answer->{content} };
}

same('images', \@images, \@formats);

my @parameters = words('ngx_http_whatsauth_parameters_rows',
                       qr/whatsauth_text\("(\w+)"\)/);

sub parameters {
    my ($path, $method) = @_;

    return map { node($_) }
           @{ $api->{paths}{$path}{$method}{parameters} // [] };
}

sub form {
    my ($path) = @_;

    my $content = $api->{paths}{$path}{post}{requestBody}{content};
    my $form = $content->{'application/x-www-form-urlencoded'};

    return $form->{schema}{properties};
}

my %query = map { $_->{name} => $_->{schema} }
            parameters('/verification_code', 'get');

same('parameters of GET verification_code', [ keys %query ], \@parameters);
is_deeply form('/verification_code'), \%query,
    'those of a form are the same';
same('parameters of GET messages',
    [ map { $_->{name} } parameters('/messages', 'get') ],
    [ $source{'meta_handshake.c'}
      =~ /whatsauth_text\("([^"]+)"\)/g ]);
same('parameters of POST messages',
    [ map { $_->{name} } parameters('/messages', 'post') ],
    [ $source{'named_app.c'}
      =~ /whatsauth_text\("([^"]+)"\)/g ]);

my %media = map { $_ => 1 } $code =~ m{^    "(application/[^"]+)",$}mg;
same('bodies of POST messages',
    [ keys %{ $api->{paths}{'/messages'}{post}{requestBody}{content} } ],
    [ keys %media ]);
same('its signatures',
    [ map { $api->{components}{securitySchemes}{$_}{name} } map { keys %$_ }
      @{ $api->{paths}{'/messages'}{post}{security} } ],
    [ $code =~ /^    ngx_string\("(X-[^"]+)"\),$/mg ]);


# Limits

my $limits = join '', $code, map { slurp("$TOP/protocol/$_.h") }
                             qw( url link_message );

sub limit {
    my ($name) = @_;

    return ($limits =~ /#define $name\s+(\d+)/)[0];
}

my %schema = %{ $api->{components}{schemas} };

is $schema{CallbackUrl}{maxLength}, limit('WHATSAUTH_URL_MAX'),
    'limit of callback_url';
is $schema{LinkMessage}{maxLength},
    limit('WHATSAUTH_LINK_MESSAGE_MAX'), 'limit of link_message';
is $schema{Message}{maxLength}, limit('NGX_HTTP_WHATSAUTH_REPLY_TEXT_MAX'),
    'limit of the other texts';


# Error words; the login page and gates are no API for programs, and have some
# of their own

my %login_word = map { $_ => 1 } qw( cross_site number_required pin_wrong
                                     login_required number_not_allowed
                                     access_denied );
my ($results) = $code =~ /define NGX_HTTP_WHATSAUTH_RESULTS\(X\)(.*?)\n\n/s;
my %status;

while ($results =~ /X\(\w+,[\s\\]*([1-9]\d*),\s*"(\w+)"/g) {
    $status{$2} = $1 if $1 >= 400 && !$login_word{$2};
}

same('error words', $schema{Error}{enum}, [ keys %status ]);

sub operation_words {
    my ($path, $method) = @_;

    my $responses = $api->{paths}{$path}{$method}{responses};
    my %words;

    for my $number (grep { $_ >= 400 } keys %$responses) {
        my ($said) = node($responses->{$number})->{description} =~ /^([^;]*)/;
        $words{$_} = $number for split /, /, $said;
    }

    return %words;
}

sub api_words {
    my ($heading) = @_;

    $text =~ /^\Q$heading\E\n(.*?)(?=^##|\z)/ms or die "no $heading\n";
    return $1 =~ /\[`(\w+)`\]\(#results\)/g;
}

my %told;

for my $path (keys %{ $api->{paths} }) {
    for my $method (methods($path)) {
        my %words = operation_words($path, $method);
        my @wrong = grep { ($status{$_} // 0) != $words{$_} } keys %words;

        is "@wrong", '', "$method $path - its words have their status";
        $told{$_} = 1 for keys %words;
    }
}

same('words of all operations', [ keys %told ], [ keys %status ]);

my %heading = (
    '## GET verification_code' => [ '/verification_code', 'get', 'post',
                                    'options' ],
    '## GET verification/ID' => [ '/verification/{id}', 'get', 'head' ],
    '## GET claim' => [ '/claim', 'get', 'head' ],
    '## POST claim' => [ '/claim', 'post' ],
    '## DELETE sessions' => [ '/sessions', 'delete' ],
    '## GET qr/ID.png' => [ '/qr/{id}.png', 'get', 'head' ],
    '### GET messages' => [ '/messages', 'get' ],
    '### POST messages' => [ '/messages', 'post' ],
);

for my $heading (sort keys %heading) {
    my ($path, @of) = @{ $heading{$heading} };
    my %words = map { operation_words($path, $_) } @of;
    my %general = (method_not_allowed => 1, internal_error => 1);

    same("$heading - the errors of API.md",
        [ grep { !$general{$_} } keys %words ],
        [ grep { !$general{$_} } api_words($heading) ]);
}

my $verification = $schema{Verification}{properties};
same('statuses', $verification->{status}{enum},
    [ store_words('LEDGER_STATUSES') ]);
same('errors of a verification', $verification->{error}{enum},
    [ 'null', store_words('LEDGER_ERRORS') ]);


# Responses of the server

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    app => 'authorized_origins https://shop.example.com; max_live 3;');

my %endpoint = map { $_ => '/api/v1' . s/\{id\}/nothing/r }
               keys %{ $api->{paths} };

for my $path (sort keys %endpoint) {
    my $answer = $nginx->request('PATCH', $endpoint{$path});

    is $answer->{status}, 405, "$path - PATCH is not allowed";
    same("$path - methods", [ map { uc } methods($path) ],
        [ split /, /, $answer->{headers}{allow} ]);
}


# As much of JSON Schema as the document uses.  '' or what is wrong.

sub fault {
    my ($value, $schema, $at) = @_;

    $schema = node($schema);

    if ($schema->{oneOf}) {
        my $good = grep { fault($value, $_, $at) eq '' } @{ $schema->{oneOf} };
        return $good == 1 ? '' : "$at is $good of oneOf; ";
    }

    if ($schema->{allOf}) {
        my %properties = map { %{ node($_)->{properties} } }
                         @{ $schema->{allOf} };
        my @required = map { @{ node($_)->{required} } } @{ $schema->{allOf} };

        return fault_of_members($value, { properties => \%properties,
                                          required => \@required }, $at);
    }

    my $shown = $value // 'null';

    if ($schema->{enum} && !grep { $_ eq $shown } @{ $schema->{enum} }) {
        return "$at is $shown; ";
    }

    my $types = $schema->{type} // [];
    my $type = !defined $value ? 'null' : lc(ref $value) || 'string';
    $type = 'integer' if $type eq 'string' && $value =~ /^\d+\z/
                         && "@{[ ref $types ? @$types : $types ]}" =~ /int/;
    $type = 'object' if $type eq 'hash';
    $type = 'boolean' if $type =~ /boolean/;

    if ($types ne '' && (ref $types ? @$types : 1)
        && !grep { $_ eq $type } ref $types ? @$types : $types)
    {
        return "$at is a $type; ";
    }

    if (defined $schema->{pattern} && $shown !~ /$schema->{pattern}/) {
        return "$at is $shown; ";
    }

    return join '', map { fault($_, $schema->{items}, "$at\[]") } @$value
        if $type eq 'array';
    return $type eq 'object' ? fault_of_members($value, $schema, $at) : '';
}


sub fault_of_members {
    my ($value, $schema, $at) = @_;

    my $known = $schema->{properties};

    return join '',
        (map { "$at.$_ is missing; " }
         grep { !exists $value->{$_} } @{ $schema->{required} }),
        map { $known->{$_} ? fault($value->{$_}, $known->{$_}, "$at.$_")
                           : "$at.$_ is not described; " }
        sort keys %$value;
}


# An answer is as its operation says: status, type, headers, JSON.

sub described {
    my ($title, $path, $method, $answer) = @_;

    my $responses = $api->{paths}{$path}{$method}{responses};
    my $response = node($responses->{ $answer->{status} });

    ok $response, "$title - the status $answer->{status} is described"
        or return;

    for my $name (sort keys %{ $response->{headers} // {} }) {
        my $value = $answer->{headers}{ lc $name };
        my $header = node($response->{headers}{$name});
        next if !defined $value && defined $header->{required};

        my $schema = $header->{schema};

        is fault($value, $schema, $name), '', "$title - the header $name";
    }

    my ($type) = ($answer->{headers}{'content-type'} // '') =~ /^([^;]*)/;
    my $content = $response->{content} or return;

    ok $content->{$type}, "$title - the type $type is described" or return;

    if ($type =~ /json$/) {
        my $json = $answer->{json} // JSON::PP->new->decode($answer->{body});

        is fault($json, $content->{$type}{schema}, 'body'), '',
            "$title - the JSON is as described";
    }
}

my %token = (authorization => "Bearer $TOKEN");
my $form = 'application/x-www-form-urlencoded';
my $issue = '/verification_code';
my $target = "/api/v1$issue";

my $issued = $nginx->issue;
described('a code', $issue, 'get', $issued);
described('a code with an image', $issue, 'get',
    my $shown = $nginx->issue(qr => 1));
described('a code by POST', $issue, 'post',
    $nginx->post($target, 'expires_at=2',
                 { %token, 'content-type' => $form }));
described('too many codes', $issue, 'get', $nginx->issue);
described('no token', $issue, 'get', $nginx->get($target));
described('a wrong parameter', $issue, 'get',
    $nginx->issue(expires_at => 0));
described('another callback', $issue, 'get',
    $nginx->issue(callback_url => 'https://other.example.com/'));
described('POST of JSON', $issue, 'post',
    $nginx->post($target, '{}',
                 { %token, 'content-type' => 'application/json' }));
described('POST of too much', $issue, 'post',
    $nginx->post($target, 'a' x 16385,
                 { %token, 'content-type' => $form }));
described('a preflight', $issue, 'options',
    $nginx->request('OPTIONS', $target,
                    { origin => 'https://shop.example.com' }));
described('a preflight from elsewhere', $issue, 'options',
    $nginx->request('OPTIONS', $target, { origin => 'https://a.test' }));

sub claim {
    my ($claim, %more) = @_;

    return $nginx->get('/api/v1/claim',
                       { authorization => "Bearer $claim", %more });
}

sub collect {
    my ($claim) = @_;

    return $nginx->post('/api/v1/claim', "claim=$claim",
                        { %token, 'content-type' => $form });
}

described('no claim', '/claim', 'get', claim('wac_nothing'));
described('no claim to collect', '/claim', 'post', collect('wac_nothing'));
described('a collection without a claim', '/claim', 'post', collect(''));

my $id = $issued->{headers}{'whatsauth-id'};
described('a waiting verification', '/verification/{id}', 'get',
    $nginx->get("/api/v1/verification/$id", \%token));
described('no verification', '/verification/{id}', 'get',
    $nginx->get('/api/v1/verification/nothing', \%token));

for my $suffix (qw( png svg )) {
    my $image = $shown->{headers}{'whatsauth-id'} . ".$suffix";

    described("an image, $suffix", "/qr/{id}.$suffix", 'get',
        $nginx->get("/api/v1/qr/$image"));
    described("no image, $suffix", "/qr/{id}.$suffix", 'get',
        $nginx->get("/api/v1/qr/$id.$suffix"));
}

my $handshake = '/api/v1/messages?hub.mode=subscribe&hub.challenge=1&'
                . 'hub.verify_token';
described('the challenge', '/messages', 'get',
    $nginx->get("$handshake=$VERIFY_TOKEN"));
described('a wrong verify token', '/messages', 'get',
    $nginx->get("$handshake=wrong"));
described('a message', '/messages', 'post',
    $nginx->message(text_message(">>$issued->{json}{code}<<")));
described('a message with a wrong signature', '/messages', 'post',
    $nginx->message(text_message('Hello'), secret => 'wrong'));
described('a message of another type', '/messages', 'post',
    $nginx->post('/api/v1/messages', 'Hello',
                 { 'content-type' => 'text/plain' }));

my $login = $nginx->issue(claim => 1);
my $claim = $login->{headers}{'whatsauth-claim'};

described('a code with a claim', $issue, 'get', $login);
described('a waiting login', '/claim', 'get', claim($claim));
described('a waiting login to collect', '/claim', 'post', collect($claim));
$nginx->message(text_message(">>$login->{json}{code}<<"));
described('a login', '/claim', 'get', claim($claim));
described('a login as an event', '/claim', 'get',
    claim($claim, accept => 'text/event-stream'));
described('a login to collect', '/claim', 'post', collect($claim));
described('a login that was collected', '/claim', 'post', collect($claim));

described('sessions', '/sessions', 'delete',
    $nginx->request('DELETE', '/api/v1/sessions?phone=56911111111', \%token));
described('no session', '/sessions', 'delete',
    $nginx->request('DELETE', "/api/v1/sessions?session=$id", \%token));

my $callback = $api->{webhooks}{callback}{post};
my $called = $receiver->wait_for($issued->{json}{code});
my $body = $callback->{requestBody}{content}{'application/json'};

is fault($called->{json}, $body->{schema}, 'body'), '',
    'callback - the JSON is as described';
isnt fault({ %{ $called->{json} }, status => 'done', more => 1 },
           $body->{schema}, 'body'), '', 'callback - other JSON is not';
is_deeply [ sort keys %{ $body->{example} } ],
    [ sort keys %{ $called->{json} } ], 'callback - the example has its keys';

for my $header (@{ $callback->{parameters} }) {
    my $value = $called->{headers}{ $header->{name} };
    next unless defined $value || $header->{required};

    is fault($value, $header->{schema}, $header->{name}), '',
        "callback - the header $header->{name}";
}

$nginx->stop;


# A validator that others wrote

SKIP: {
    my $folder = "$TOP/build/openapi";

    skip 'no npm on this machine: the document is not validated', 2
        unless (`npm --version 2>&1` // '') =~ /^\d+\./m;

    make_path($folder);

    my $said = `cd $folder && $NPM --prefix . $VALIDATOR 2>&1`;
    skip 'npm could not install the validator, perhaps without a way to its'
         . ' registry: the document is not validated', 2
        unless $? == 0;

    my $validate = "$folder/node_modules/.bin/validate-api";

    $said = `$validate $FILE 2>&1`;
    is $?, 0, 'openapi-schema-validator - takes the document' or diag $said;

    open my $out, '>', "$folder/broken.yaml" or die "broken.yaml: $!\n";
    print $out $yaml =~ s/^  title: .*\n//mr;
    close $out;

    $said = `$validate $folder/broken.yaml 2>&1`;
    isnt $?, 0, 'and refuses one without a title';
}

done_testing;
